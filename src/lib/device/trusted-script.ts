// The one place where an address becomes code: under Trusted Types a worker or a service worker is started only from
// an address that this policy let through. Invariant: only addresses of our own origin pass.

interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}
interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptPolicy;
}

let policy: ScriptPolicy | undefined;

function ownOrigin(url: string): string {
  const address = new URL(url, location.href);
  if (address.origin !== location.origin) throw new Error(`not a script of ours: ${address.origin}`);
  return address.href;
}

/** The address as the browser wants it for `register` and `new Worker`. Throws for one of another origin. */
export function trustedScript(url: string): string {
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  if (!factory) return ownOrigin(url);
  policy ??= factory.createPolicy('app-worker', { createScriptURL: ownOrigin });
  // The DOM's types know no TrustedScriptURL: it stands for a string in `register` and `new Worker`.
  return policy.createScriptURL(url) as string;
}
