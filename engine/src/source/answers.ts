import { parseSource, type Source } from '../flux/index.ts';
import type { Abortable, KubeObject } from '../support/index.ts';
import { messageOf } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { hostsOf } from './hosts.ts';
import { type ChartVersion, listCharts, listVersions } from './versions.ts';
import type { SourceWorld } from './world.ts';

/** A question about a source object of the working copy: plain data, as it crosses from the language server. */
export interface SourceQuestion {
  /** The source object as JSON. */
  readonly source: unknown;
  /** Of the file it stands in. */
  readonly uri: string;
  readonly chart?: string;
}

/** Why there is no answer, or only an old one. No secret is in it. */
export interface AnswerProblem {
  readonly code: string;
  readonly message: string;
}

export interface VersionsAnswer {
  /** Newest first. */
  readonly versions: readonly ChartVersion[];
  /** Milliseconds since 1970; absent when nobody answered yet. */
  readonly fetchedAt?: number;
  readonly problem?: AnswerProblem;
}

export interface ChartsAnswer {
  readonly charts: readonly { readonly name: string; readonly description?: string }[];
  readonly problem?: AnswerProblem;
}

/** Answers for an editor: at once from what is known, refreshed behind, so that no keystroke waits for a registry. */
export interface SourceAnswers {
  /** What is known now; asks in the background when that is old or nothing. */
  versions(question: SourceQuestion): VersionsAnswer;
  /** Asks and waits: for a check that runs once. */
  versionsNow(question: SourceQuestion, options: Abortable): Promise<VersionsAnswer>;
  charts(question: SourceQuestion, options: Abortable): Promise<ChartsAnswer>;
  /** Hosts that something wanted to ask and was not allowed to. */
  wantedHosts(): readonly string[];
  /** Called when an answer came that is newer than what `versions` gave. */
  onChange(listener: () => void): void;
}

/** How long a list of versions is taken as it is. */
const freshMs = 5 * 60_000;

/** Answers from the sources themselves. The lists live as long as this object. */
export function createSourceAnswers(world: SourceWorld, options: Abortable): SourceAnswers {
  const { clock, log } = world.environment;
  const known = new Map<string, VersionsAnswer>();
  const asking = new Map<string, Promise<VersionsAnswer>>();
  const wanted = new Set<string>();
  const listeners: (() => void)[] = [];

  const ask = async (question: SourceQuestion, signal: AbortSignal): Promise<VersionsAnswer> => {
    const key = keyOf(question);
    let pending = asking.get(key);
    if (pending === undefined) {
      pending = fetchVersions(question, world, signal, wanted);
      asking.set(key, pending);
      void pending.finally(() => asking.delete(key));
    }
    const answer = await pending;
    const before = known.get(key);
    // A failed refresh keeps the last good list, and says so.
    const kept = answer.problem === undefined || before === undefined ? answer : { ...before, problem: answer.problem };
    known.set(key, kept);
    return kept;
  };

  return {
    versions: (question) => {
      const answer = known.get(keyOf(question));
      const isFresh = answer?.fetchedAt !== undefined && clock.now() - answer.fetchedAt < freshMs;
      if (!isFresh && !asking.has(keyOf(question))) {
        ask(question, options.signal)
          .then((newer) => {
            if (
              newer.versions.length !== (answer?.versions.length ?? 0) ||
              newer.problem?.code !== answer?.problem?.code
            ) {
              listeners.forEach((listener) => {
                listener();
              });
            }
          })
          .catch((error: unknown) => {
            log.error(`list versions: ${messageOf(error)}`);
          });
      }
      return answer ?? { versions: [] };
    },
    versionsNow: (question, { signal }) => ask(question, signal),
    charts: async (question, { signal }) => {
      try {
        const source = sourceOf(question);
        if (source.kind !== 'HelmRepository') {
          return { charts: [] };
        }
        return { charts: await listCharts({ source, lookup: () => undefined }, world, { signal, maxAgeMs: freshMs }) };
      } catch (error) {
        return { charts: [], problem: problemOf(error, wanted) };
      }
    },
    wantedHosts: () => [...wanted].filter((host) => !world.environment.consent.allowed(host)),
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

async function fetchVersions(
  question: SourceQuestion,
  world: SourceWorld,
  signal: AbortSignal,
  wanted: Set<string>,
): Promise<VersionsAnswer> {
  try {
    const source = sourceOf(question);
    if (source.kind !== 'HelmRepository' && source.kind !== 'OCIRepository') {
      return { versions: [] };
    }
    hostsOf(source).forEach((host) => wanted.add(host));
    const request = { source, chart: question.chart ?? '', lookup: () => undefined };
    const { versions, fetchedAt } = await listVersions(request, world, { signal, maxAgeMs: freshMs });
    return { versions, fetchedAt };
  } catch (error) {
    return { versions: [], problem: problemOf(error, wanted) };
  }
}

function sourceOf({ source }: SourceQuestion): Source {
  // Whether it is a source at all, parseSource finds out.
  return parseSource(source as KubeObject, { defaultNamespace: 'default' });
}

/** What a person is told; anything that is not about the source is a bug and goes on. */
function problemOf(error: unknown, wanted: Set<string>): AnswerProblem {
  if (error instanceof SourceError) {
    if (error.code === 'offline' && error.host !== undefined) {
      wanted.add(error.host);
    }
    return { code: error.code, message: error.message };
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return { code: error.code, message: error.message };
  }
  throw error;
}

function keyOf({ source, chart }: SourceQuestion): string {
  return JSON.stringify([source, chart]);
}
