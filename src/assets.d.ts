declare module "*.sql" {
  const text: string;
  export default text;
}

declare module "*.css" {
  const path: string;
  export default path;
}

declare module "*.svg" {
  const path: string;
  export default path;
}

declare module "*.woff2" {
  const path: string;
  export default path;
}

declare module "*/static/admin.js" {
  const path: string;
  export default path;
}

declare module "*/static/demo.js" {
  const path: string;
  export default path;
}

declare module "*.min.js" {
  const path: string;
  export default path;
}
