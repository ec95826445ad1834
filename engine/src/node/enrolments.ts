import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Enrolment } from '../session/index.ts';

const fileName = 'enrolments.json';

/** The clusters that the user enrolled, outside any repository. A file that cannot be read enrols none. */
export async function readEnrolments(configFolder: string): Promise<readonly Enrolment[]> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path.join(configFolder, fileName), 'utf8'));
  } catch {
    return [];
  }
  const list = typeof content === 'object' && content !== null && 'clusters' in content ? content.clusters : undefined;
  return Array.isArray(list) ? list.filter(isEnrolment) : [];
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

function isEnrolment(value: unknown): value is Enrolment {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return (
    ['context', 'server', 'caDigest', 'clusterUid'].every((key) => typeof fields[key] === 'string') &&
    typeof fields['writesStatus'] === 'boolean'
  );
}
