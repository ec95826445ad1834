import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Enrolment } from '../session/index.ts';
import { type JsonRecord, parseJson, recordsAt } from '../support/index.ts';

const fileName = 'enrolments.json';

/** The clusters that the user enrolled, outside any repository. A file that cannot be read enrols none. */
export async function readEnrolments(configFolder: string): Promise<readonly Enrolment[]> {
  const text = await readFile(path.join(configFolder, fileName), 'utf8').catch(() => '');
  return recordsAt(parseJson(text), 'clusters').filter(isEnrolment);
}

/** Adds an enrolment; one of the same context is replaced. */
export async function saveEnrolment(configFolder: string, enrolment: Enrolment): Promise<void> {
  const others = (await readEnrolments(configFolder)).filter(({ context }) => context !== enrolment.context);
  await mkdir(configFolder, { recursive: true, mode: 0o700 });
  const file = path.join(configFolder, fileName);
  const temporary = `${file}.${String(process.pid)}.tmp`;
  const text = `${JSON.stringify({ version: 1, clusters: [...others, enrolment] }, undefined, 2)}\n`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}

function isEnrolment(fields: JsonRecord): fields is JsonRecord & Enrolment {
  return (
    ['context', 'server', 'caDigest', 'clusterUid'].every((key) => typeof fields[key] === 'string') &&
    typeof fields['writesStatus'] === 'boolean'
  );
}
