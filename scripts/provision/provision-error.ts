// Why a server could not be provisioned, in kinds a command can put into a sentence.

export class ProvisionError extends Error {
  readonly kind: 'unreachable' | 'credentials' | 'not-couchdb' | 'refused' | 'description';

  constructor(kind: ProvisionError['kind'], message: string) {
    super(message);
    this.name = 'ProvisionError';
    this.kind = kind;
  }
}
