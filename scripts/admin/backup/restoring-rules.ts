// The rules of a database while it is being restored: an administrator puts back whatever was there, everybody else is
// judged by the rules that come back. Invariant: a database that has this design document is not whole yet.

export const RESTORING_ID = '_design/restoring';

/** `rules`: the source of the `validate_doc_update` that comes back; without one nobody else writes meanwhile. */
export function restoringRules(backup: string, rules: string | undefined) {
  const judged = rules ?? 'function () { throw({ forbidden: "this database is being restored" }); }';
  return {
    _id: RESTORING_ID,
    language: 'javascript',
    backup,
    validate_doc_update: `function (newDoc, oldDoc, userCtx, secObj) {
  if (userCtx.roles.indexOf('_admin') !== -1) { return; }
  (${judged})(newDoc, oldDoc, userCtx, secObj);
}`,
  };
}
