// All that a server must do to stand behind the app, whichever server it is.
import { allDocsContract } from './all-docs.contract.ts';
import { attachmentsContract } from './attachments.contract.ts';
import { bulkDocsContract } from './bulk-docs.contract.ts';
import { bulkGetContract } from './bulk-get.contract.ts';
import { changesContract } from './changes.contract.ts';
import { changesFiltersContract } from './changes-filters.contract.ts';
import { changesLiveContract } from './changes-live.contract.ts';
import { couchReplicatorContract } from './couch-replicator.contract.ts';
import { databaseContract } from './database.contract.ts';
import { deviceCallsContract } from './device-calls.contract.ts';
import { documentContract } from './document.contract.ts';
import { findContract } from './find.contract.ts';
import { localContract } from './local.contract.ts';
import { multipartContract } from './multipart.contract.ts';
import { type OpenServer } from './opened-server.ts';
import { provisioningCallsContract } from './provisioning-calls.contract.ts';
import { replicationContract } from './replication.contract.ts';
import { revsDiffContract } from './revs-diff.contract.ts';
import { serverContract } from './server.contract.ts';
import { sessionContract } from './session.contract.ts';
import { upkeepContract } from './upkeep.contract.ts';
import { usersContract } from './users.contract.ts';
import { validationContract } from './validation.contract.ts';

export function everyContract(open: OpenServer): void {
  serverContract(open);
  sessionContract(open);
  usersContract(open);
  databaseContract(open);
  documentContract(open);
  localContract(open);
  bulkDocsContract(open);
  bulkGetContract(open);
  revsDiffContract(open);
  allDocsContract(open);
  findContract(open);
  changesContract(open);
  changesFiltersContract(open);
  changesLiveContract(open);
  attachmentsContract(open);
  multipartContract(open);
  upkeepContract(open);
  validationContract(open);
  replicationContract(open);
  couchReplicatorContract(open);
  deviceCallsContract(open);
  provisioningCallsContract(open);
}
