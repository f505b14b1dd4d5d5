// The design document that guards a scope: `validate_doc_update`, the same text for every scope of its kind, so that it
// runs in Apache CouchDB 3.5 and in the embedded server alike. Plain ES5: CouchDB's engine may be SpiderMonkey 1.8.5.
// Invariant: it accepts everything the app writes; unknown fields and newer schemas pass; its reasons name fields, never
// what stands in them. Source: Apache CouchDB, "Design Functions", validate document update functions.
import { KNOWN_SCHEMA, typeRulesOf, type ScopeKind } from './type-rules.ts';

const WRITE_RULES_ID = '_design/write-rules';

/**
 * Who of those that may read a scope may also write there (sync.md 1); administrators always. `staff`: everyone signed in,
 * whether she may read there or not; that nobody but an auditor reads is said by members and gateway.
 */
type Writers = 'editors' | 'members' | 'members-but-street' | 'staff';

const writersOf: Record<ScopeKind, Writers> = {
  directory: 'editors',
  community: 'members',
  desk: 'members',
  grid: 'members-but-street',
  events: 'members-but-street',
  care: 'members',
  own: 'members',
  photos: 'members-but-street',
  'desk-photos': 'members',
  audit: 'staff',
};

/** Whether the rules of such a scope let this person write there, as the function below has it for who is no administrator. */
export function mayWriteAs(
  kind: ScopeKind,
  { name, roles }: { name: string; roles: readonly string[] },
  members: { names: readonly string[]; roles: readonly string[] },
): boolean {
  const writers = writersOf[kind];
  if (writers === 'editors') return roles.includes('editor');
  if (writers === 'staff') return roles.includes('staff');
  const writes = (role: string) => writers !== 'members-but-street' || !role.startsWith('street:');
  return members.names.includes(name) || roles.some((role) => members.roles.includes(role) && writes(role));
}

export interface DesignDocument {
  _id: string;
  language: 'javascript';
  validate_doc_update: string;
}

export function writeRules(kind: ScopeKind): DesignDocument {
  const rules = { writers: writersOf[kind], schema: KNOWN_SCHEMA, types: typeRulesOf(kind) };
  const source = FUNCTION.replace('RULES_HERE', () => JSON.stringify(rules));
  return { _id: WRITE_RULES_ID, language: 'javascript', validate_doc_update: source };
}

/**
 * A new edit of CouchDB's shows in `_revisions` the path of what it stands on (`start` 0 for a new document), a
 * replicated one its own (`start` 1): an event may have neither a predecessor nor a generation above 1. A disjoint
 * second branch has neither either, and is for the gateway to refuse (security.md 1).
 */
const FUNCTION = `function (newDoc, oldDoc, userCtx, secObj) {
  var rules = RULES_HERE;
  var instant = /^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$/;
  var date = /^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$/;
  function refuse(reason) { throw({ forbidden: reason }); }
  function has(object, name) { return Object.prototype.hasOwnProperty.call(object, name); }
  function isText(value) { return typeof value === 'string' && value !== ''; }
  function isWhole(value) { return typeof value === 'number' && isFinite(value) && Math.floor(value) === value; }
  function kindOf(value) {
    if (value === null) { return 'null'; }
    return Object.prototype.toString.call(value) === '[object Array]' ? 'array' : typeof value;
  }
  function fits(kind, value) {
    if (kind === 'date') { return typeof value === 'string' && date.test(value); }
    if (kind === 'instant') { return typeof value === 'string' && instant.test(value); }
    if (kind === 'integer') { return isWhole(value); }
    return kindOf(value) === kind;
  }
  function checkAttachment(wanted) {
    var given = newDoc._attachments || {};
    var names = [];
    for (var name in given) { if (has(given, name)) { names.push(name); } }
    if (names.length !== 1) { refuse('_attachments: there must be one'); }
    var only = given[names[0]];
    if (only.content_type !== wanted.type) { refuse('_attachments: must be of type ' + wanted.type); }
    if (only.length > wanted.sizeBytes) { refuse('_attachments: too large'); }
  }
  function isAdmin() { return userCtx.roles.indexOf('_admin') !== -1; }
  function isMember() {
    var members = (secObj && secObj.members) || {};
    var roles = members.roles || [];
    if ((members.names || []).indexOf(userCtx.name) !== -1) { return true; }
    for (var at = 0; at < userCtx.roles.length; at++) {
      var role = userCtx.roles[at];
      var reads = roles.indexOf(role) !== -1;
      if (reads && (rules.writers !== 'members-but-street' || role.indexOf('street:') !== 0)) { return true; }
    }
    return false;
  }
  function mayWrite() {
    if (isAdmin()) { return true; }
    if (rules.writers === 'editors') { return userCtx.roles.indexOf('editor') !== -1; }
    return rules.writers === 'staff' ? userCtx.roles.indexOf('staff') !== -1 : isMember();
  }

  if (newDoc._id.indexOf('_design/') === 0) { return; }
  if (!isText(userCtx.name)) { throw({ unauthorized: 'sign in before writing' }); }
  if (!mayWrite()) { refuse('this role reads here and does not write'); }
  if (newDoc._deleted && isAdmin()) { return; }
  if (newDoc._deleted && has(newDoc, 'erased')) { refuse('only an administrator erases'); }
  if (!isText(newDoc.type) || !has(rules.types, newDoc.type)) { refuse('type: not one of this scope'); }
  var rule = rules.types[newDoc.type];
  if (rule.administrators && !isAdmin()) { refuse('only an administrator writes this'); }
  if (oldDoc && !oldDoc._deleted && oldDoc.type !== newDoc.type) { refuse('type: may not change'); }
  if (newDoc._id.indexOf(newDoc.type + ':') !== 0) { refuse('_id: must begin with the type'); }
  if (!isText(newDoc.updatedBy)) { refuse('updatedBy: the author is missing'); }
  if (rule.event && oldDoc && !oldDoc._deleted) { refuse('an event is never changed: write another that names it'); }
  if (rule.event && newDoc._revisions && newDoc._revisions.start > 1) { refuse('an event has one revision'); }
  if (newDoc._deleted) {
    if (rule.event) { refuse('an event is never deleted'); }
    return;
  }
  if (!isWhole(newDoc.schema) || newDoc.schema < 1) { refuse('schema: must be a whole number from 1'); }
  if (!isText(newDoc.createdBy)) { refuse('createdBy: the author is missing'); }
  if (!isText(newDoc.device)) { refuse('device: is missing'); }
  if (!fits('instant', newDoc.createdAt)) { refuse('createdAt: must be an instant in UTC'); }
  if (!fits('instant', newDoc.updatedAt)) { refuse('updatedAt: must be an instant in UTC'); }
  for (var at = 0; oldDoc && !oldDoc._deleted && at < (rule.fixed || []).length; at++) {
    if (newDoc[rule.fixed[at]] !== oldDoc[rule.fixed[at]]) { refuse(rule.fixed[at] + ': never changes'); }
  }
  if (rule.attachment) { checkAttachment(rule.attachment); }
  // What has a scope of its own stays out whatever the schema says of itself.
  for (var bound in rule.fields) {
    var elsewhere = has(rule.fields, bound) && has(newDoc, bound) && rule.fields[bound].noneOf;
    if (elsewhere && elsewhere.indexOf(newDoc[bound]) !== -1) { refuse(bound + ': has a scope of its own'); }
  }
  if (newDoc.schema > rules.schema) { return; }
  for (var name in rule.fields) {
    if (!has(rule.fields, name)) { continue; }
    var field = rule.fields[name];
    if (!has(newDoc, name)) {
      if (field.required) { refuse(name + ': is missing'); }
      continue;
    }
    if (field.kind && !fits(field.kind, newDoc[name])) { refuse(name + ': must be of kind ' + field.kind); }
    if (field.oneOf && field.oneOf.indexOf(newDoc[name]) === -1) { refuse(name + ': is no value this release knows'); }
  }
}`;
