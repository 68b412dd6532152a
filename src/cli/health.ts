import type { Config } from "../config.ts";

/** `footfall health`: exit code 0 if the server of these settings answers. */
export async function health(config: Config): Promise<number> {
  const scheme = config.tlsCertificate ? "https" : "http";
  const bare = ["0.0.0.0", "::"].includes(config.host) ? "localhost" : config.host;
  const host = bare.includes(":") && !bare.startsWith("[") ? `[${bare}]` : bare;
  try {
    const response = await fetch(`${scheme}://${host}:${config.port}/readyz`, {
      signal: AbortSignal.timeout(3000),
      // The certificate names the public host, not this one.
      tls: { rejectUnauthorized: false },
    });
    if (response.ok) return 0;
    console.error(`The server answers ${response.status}`);
  } catch {
    console.error(`No server answers at ${scheme}://${host}:${config.port}`);
  }
  return 1;
}
