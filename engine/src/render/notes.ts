import { type Chart, chartFullPath } from '../chart/index.ts';

const notesFile = 'NOTES.txt';

/** NOTES.txt apart from what goes to the cluster. */
export interface NotesAndFiles {
  /** Of the root chart; empty where it has none. */
  readonly notes: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Takes the NOTES.txt of all charts out of what was rendered and keeps that of the root chart.
 *
 * @see helm v4.3.1 pkg/action/action.go, renderResources
 */
export function splitNotes(chart: Chart, rendered: ReadonlyMap<string, string>): NotesAndFiles {
  const files = new Map([...rendered].filter(([name]) => !name.endsWith(notesFile)));
  return { notes: rendered.get(`${chartFullPath(chart)}/templates/${notesFile}`) ?? '', files };
}
