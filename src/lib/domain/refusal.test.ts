import { expect, it } from 'vitest';
import { photoRefusalOf, refusalOf } from './refusal.ts';

it.each([
  ['forbidden', 'result: is missing', { kind: 'missing', field: 'result' }],
  ['forbidden', 'occurredOn: must be of kind date', { kind: 'wrongKind', field: 'occurredOn' }],
  ['forbidden', 'kind: is no value this release knows', { kind: 'unknownValue', field: 'kind' }],
  ['forbidden', 'remark: no names of officials', { kind: 'ruled', field: 'remark' }],
  ['forbidden', 'the moon is wrong', { kind: 'ruled' }],
  ['forbidden', '""', { kind: 'ruled' }],
  ['forbidden', 'device: is missing', { kind: 'malformed' }],
  ['forbidden', 'schema: must be a whole number from 1', { kind: 'malformed' }],
  ['forbidden', 'this role reads here and does not write', { kind: 'notAllowed' }],
  ['forbidden', 'an event is never changed: write another that names it', { kind: 'written' }],
  ['forbidden', 'an event has one revision', { kind: 'written' }],
  ['unauthorized', 'sign in before writing', { kind: 'signIn' }],
  ['bad_request', 'status 413, too_large: the request entity is too large', { kind: 'tooLarge' }],
  ['bad_request', 'status 400, bad_request: invalid UTF-8 JSON', { kind: 'malformed' }],
  ['document_too_large', 'visit:1', { kind: 'tooLarge' }],
  ['illegal_docid', 'Only reserved document ids may start with underscore.', { kind: 'malformed' }],
])('%s, %s', (error, reason, refusal) => {
  expect(refusalOf(error, reason)).toEqual(refusal);
});

it.each([
  ['damaged on this tablet', { kind: 'photoDamaged' }],
  ['the server keeps other bytes under this revision: md5-xyz', { kind: 'written' }],
  ['status 413, too_large: the request entity is too large', { kind: 'photoTooLarge' }],
  ['attachment_too_large: photo.jpg', { kind: 'photoTooLarge' }],
  ['forbidden: takenAt: is missing', { kind: 'missing', field: 'takenAt' }],
  ['forbidden: this role reads here and does not write', { kind: 'notAllowed' }],
  ['forbidden: no photos on Sundays', { kind: 'ruled' }],
])('a photo: %s', (said, refusal) => {
  expect(photoRefusalOf(said)).toEqual(refusal);
});
