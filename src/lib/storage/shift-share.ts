// The second half of what a PIN's wrap opens with: 32 random bytes in a file of their own, overwritten in place when the PIN
// goes. Rows that are deleted stay in the files of a browser's IndexedDB for long (docs/security.md, finding 3); a wrap
// found there opens with no PIN once its share is gone. Invariant: a share that was wiped is read by nobody.

export interface ShiftShares {
  /** A new share under this name, in the place of the one before; undefined where this browser keeps none. */
  make(name: string): Promise<Uint8Array | undefined>;
  read(name: string): Promise<Uint8Array | undefined>;
  /** Overwrites it on the medium. Where that fails, answers all the same. */
  wipe(name: string): Promise<void>;
}

const SHARE_BYTES = 32;
const FOLDER = 'shift-shares';
/** Another tab may have the file open for a moment. */
const TRIES = 5;
const AGAIN_MS = 40;

/** What a dedicated worker has of a file, and a page has not. */
interface WorkersFile {
  createSyncAccessHandle(): Promise<{
    write(bytes: Uint8Array<ArrayBuffer>, place: { at: number }): number;
    flush(): void;
    close(): void;
  }>;
}

/** In the origin's private file system (WHATWG, File System): its handles write in place. */
export function fileShares(source: Crypto): ShiftShares {
  return {
    async make(name) {
      const share = source.getRandomValues(new Uint8Array(SHARE_BYTES));
      return (await overwrite(name, share, true)) ? share : undefined;
    },
    async read(name) {
      try {
        const file = await (await fileOf(name, false)).getFile();
        const share = new Uint8Array(await file.arrayBuffer());
        return share.length === SHARE_BYTES && share.some((byte) => byte !== 0) ? share : undefined;
      } catch {
        return undefined;
      }
    },
    async wipe(name) {
      await overwrite(name, new Uint8Array(SHARE_BYTES), false);
    },
  };
}

async function fileOf(name: string, create: boolean): Promise<FileSystemFileHandle & WorkersFile> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create });
  return (await folder.getFileHandle(name, { create })) as FileSystemFileHandle & WorkersFile;
}

/** Over what stands there; true when it is on the medium. */
async function overwrite(name: string, bytes: Uint8Array<ArrayBuffer>, create: boolean): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const handle = await (await fileOf(name, create)).createSyncAccessHandle();
      try {
        handle.write(bytes, { at: 0 });
        handle.flush();
      } finally {
        handle.close();
      }
      return true;
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') return false;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  return false;
}
