// What we use of PouchDB 9, written out. The published types declare a global `Buffer` of their own, which breaks Node's
// in every file of the project; and they know fewer fields than PouchDB takes and gives.
declare namespace PouchDB {
  type Plugin = unknown;
  type Body = Record<string, unknown>;
  type Row = Body & { id: string; key: string; value: { rev: string; deleted?: boolean }; doc?: Document };
  interface Document extends Body {
    _id: string;
    _rev: string;
    _deleted?: boolean;
    _conflicts?: string[];
    _revisions?: { start: number; ids: string[] };
    _attachments?: Record<
      string,
      Body & { content_type: string; digest: string; length?: number; data?: string }
    >;
  }
  interface Written {
    ok: boolean;
    id: string;
    rev: string;
  }
  interface Failed {
    error: boolean | string;
    status: number;
    name: string;
    message: string;
    reason?: string;
    id?: string;
    rev?: undefined;
  }
  interface ChangeRow {
    id: string;
    seq: number | string;
    changes: { rev: string }[];
    deleted?: boolean;
    doc?: Document;
  }
  interface ChangesAnswer {
    results: ChangeRow[];
    last_seq: number | string;
    pending?: number;
  }
  interface ReplicationAnswer {
    ok: boolean;
    docs_read: number;
    docs_written: number;
    doc_write_failures: number;
    errors: unknown[];
    last_seq: number | string;
    status?: string;
  }
  interface SyncAnswer {
    push?: ReplicationAnswer;
    pull?: ReplicationAnswer;
  }
  /** A feed or replication under way: settles when it ends, or when it was cancelled. */
  interface UnderWay<T> extends Promise<T> {
    on(event: string, listener: (told: never) => void): this;
    once(event: string, listener: (told: never) => void): this;
    cancel(): void;
  }
  interface OpenOptions {
    adapter?: string;
    auth?: { username: string; password: string };
    skip_setup?: boolean;
    /** In place of the platform's own; the address is text or a Request. */
    fetch?: (address: string | Request, options?: RequestInit) => Promise<Response>;
    [option: string]: unknown;
  }
  interface Database<Content extends object = Body> {
    readonly name: string;
    info(): Promise<Body & { db_name: string; doc_count: number; update_seq: number | string }>;
    get(id: string, options?: object): Promise<Document & Content>;
    put(document: object, options?: object): Promise<Written>;
    post(document: object, options?: object): Promise<Written>;
    remove(document: { _id: string; _rev: string }): Promise<Written>;
    bulkDocs(documents: object[], options?: object): Promise<(Written | Failed)[]>;
    bulkGet(
      options: object,
    ): Promise<{ results: { id: string; docs: ({ ok: Document } | { error: Failed })[] }[] }>;
    allDocs(options?: object): Promise<{ total_rows: number; offset: number; rows: Row[] }>;
    changes(options?: object): UnderWay<ChangesAnswer>;
    revsDiff(revisions: Record<string, string[]>): Promise<Record<string, { missing: string[] }>>;
    putAttachment(id: string, name: string, rev: string, data: unknown, type: string): Promise<Written>;
    getAttachment(id: string, name: string, options?: object): Promise<Blob | Buffer>;
    find(request: object): Promise<{ docs: Document[]; warning?: string }>;
    replicate: {
      to(target: string | Database, options?: object): UnderWay<ReplicationAnswer>;
      from(source: string | Database, options?: object): UnderWay<ReplicationAnswer>;
    };
    sync(other: string | Database, options?: object): UnderWay<SyncAnswer>;
    close(): Promise<void>;
    destroy(): Promise<void>;
  }
  namespace Core {
    type PutDocument<Content> = Content & { _id: string };
  }
  namespace Replication {
    type Sync<_Content> = UnderWay<SyncAnswer>;
  }
  interface Static {
    new <Content extends object = Body>(name: string, options?: OpenOptions | object): Database<Content>;
    fetch(address: string | Request, options?: RequestInit): Promise<Response>;
    replicate(
      source: string | Database,
      target: string | Database,
      options?: object,
    ): UnderWay<ReplicationAnswer>;
    plugin(plugin: Plugin): Static;
    defaults(options: object): Static;
  }
}

declare module 'pouchdb-core' {
  const PouchDB: PouchDB.Static;
  export default PouchDB;
}
declare module 'pouchdb-adapter-http' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-adapter-memory' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-replication' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-find' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
declare module 'pouchdb-mapreduce' {
  const plugin: PouchDB.Plugin;
  export default plugin;
}
