/** Makes what each name stands for when it is first asked for, and keeps it. */
export function createOnce(): <T>(name: string, make: () => T) => T {
  const kept = new Map<string, unknown>();
  return <T>(name: string, make: () => T): T => {
    let value = kept.get(name) as T | undefined;
    if (value === undefined) kept.set(name, (value = make()));
    return value;
  };
}
