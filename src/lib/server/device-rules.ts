// What the gate must be told of the devices that ask: how they name themselves, where the server keeps a document of each,
// and what such a document says. Handed in by whoever starts the server, as `ScopeRules` are. Invariant: with nothing told,
// nobody is asked for a device, and none is refused.

export interface DeviceDocument {
  _id: string;
  [field: string]: unknown;
}

/** Why a device is answered nothing any more. */
export interface DeviceShutOut {
  error: string;
  reason: string;
  /** By which it says that it did what it was told. */
  order: string;
}

export interface DeviceRules {
  /** Request header, in small letters. */
  header: string;
  /** The one path below `/` that a device may ask without a session. */
  path: string;
  /** Of the devices' documents; administrators alone read and write there. */
  database: string;
  /** Undefined for what is no name of a device. */
  documentId(device: string): string | undefined;
  /** Undefined for a device that may ask. */
  shutOut(document: DeviceDocument): DeviceShutOut | undefined;
  /** Whether somebody with these roles is one whom devices are for. */
  isUser(roles: readonly string[]): boolean;
  /** Who has used it. */
  usersOf(document: DeviceDocument): readonly string[];
  /** The document that knows of this use; undefined where it does already. */
  usedBy(
    document: DeviceDocument | undefined,
    use: { device: string; user: string; nowMs: number },
  ): DeviceDocument | undefined;
  /** The document that knows of this report; `unknown` where nobody asked for one. */
  reported(
    document: DeviceDocument | undefined,
    report: { body: unknown; nowMs: number },
  ): DeviceDocument | 'unknown';
}
