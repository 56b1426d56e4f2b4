import { isAbsolute, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { notShown } from '../../catalog/wording.ts';
import { findingCodes, findingInfo } from '../output/finding-codes.ts';
import { type FileFindings, type Finding, readersInWords, sentence, unspoken } from '../output/findings.ts';
import { toJson } from '../output/terminal-safe.ts';
import { PROGRAM, version } from '../version.ts';
import { fingerprints } from './fingerprint.ts';

/** SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function toSarif(files: readonly FileFindings[], unreadable: readonly string[]): string {
  const run = {
    tool: { driver: { name: PROGRAM, version, rules: rules() } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: unreadable.length === 0,
        toolExecutionNotifications: [
          ...unreadable.map((message) => ({ level: 'error', message: { text: message } })),
          ...files.filter((file) => unspoken(file) > 0).map(theRest),
          ...files.flatMap(compared),
        ],
      },
    ],
    results: files.flatMap(results),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return toJson(log);
}

const rules = () =>
  findingCodes.map((code) => ({
    id: code,
    shortDescription: { text: findingInfo[code].title },
    help: { text: `Run: ${PROGRAM} explain ${code}` },
    defaultConfiguration: { level: findingInfo[code].severity },
  }));

function results({ file, findings }: FileFindings) {
  const names = fingerprints(posix.normalize(file), findings);
  return findings.map((finding, index) => ({
    ruleId: finding.code,
    ruleIndex: findingCodes.indexOf(finding.code),
    level: finding.severity,
    message: { text: sentence(finding) },
    locations: [location(file, finding)],
    partialFingerprints: { 'problem/v1': names[index] },
  }));
}

function location(file: string, { line, column, endLine, endColumn, field }: Finding) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
    ...(field === '' ? {} : { logicalLocations: [{ fullyQualifiedName: field }] }),
  };
}

const uriOf = (file: string): string =>
  isAbsolute(file)
    ? pathToFileURL(file).href
    : posix.normalize(file).split('/').map(encodeURIComponent).join('/');

const compared = ({ file, readers }: FileFindings) =>
  readers ? [{ level: 'note', message: { text: `${file}: ${readersInWords(readers)}` } }] : [];

const theRest = (file: FileFindings) => ({
  level: 'note',
  message: { text: `${file.file}: ${notShown(unspoken(file))}` },
});
