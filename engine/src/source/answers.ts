import { parseSource, type Source } from '../flux/index.ts';
import { type Abortable, isAbort, type KubeObject, messageOf, redact } from '../support/index.ts';
import { type ChartQuestion, chartRequestOf, type SecretFile } from './chartQuestion.ts';
import { SourceError } from './errors.ts';
import { hostsOf } from './hosts.ts';
import { keepChart, type KeptChart } from './keptChart.ts';
import { resolveChart } from './resolve.ts';
import { sharedWork } from './sharedWork.ts';
import { type ChartVersion, listCharts, listVersions } from './versions.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

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
  /** That was to be asked: the one to allow where `code` is `offline`. */
  readonly host?: string;
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

/** Where a chart is now, or why it is not here. */
export type ChartAnswer =
  | { readonly kind: 'fetched'; readonly chart: KeptChart }
  | { readonly kind: 'failed'; readonly problem: AnswerProblem };

/** Answers for an editor: at once from what is known, refreshed behind, so that no keystroke waits for a registry. */
export interface SourceAnswers {
  /** What is known now; asks in the background when that is old or nothing. */
  versions(question: SourceQuestion): VersionsAnswer;
  /** Asks and waits: for a check that runs once. */
  versionsNow(question: SourceQuestion, options: Abortable): Promise<VersionsAnswer>;
  charts(question: SourceQuestion, options: Abortable): Promise<ChartsAnswer>;
  /** Fetches the chart of a release into the artifact cache; Secrets that its sources name are looked for in these files. */
  fetch(question: ChartQuestion, secretFiles: readonly SecretFile[], options: Abortable): Promise<ChartAnswer>;
  /** Hosts that something wanted to ask and was not allowed to. */
  wantedHosts(): readonly string[];
  /** Takes back that sources which failed are left alone for a while: after the user allowed a host, or logged in. */
  askAgain(): void;
  /** Called when an answer came that is newer than what `versions` gave. */
  onChange(listener: () => void): void;
}

/** How long a list of versions is taken as it is. */
const freshMs = 5 * 60_000;
/** How long a source that failed is left alone, unless it says itself for how long. */
const pauseMs = 30_000;

interface Known {
  readonly answer: VersionsAnswer;
  /** Milliseconds since 1970: nobody is asked again before. */
  readonly askAgainAt: number;
}

interface Told {
  readonly answer: VersionsAnswer;
  /** Whether a person would see another list than before, or another problem. */
  readonly isNews: boolean;
}

/** Answers from the sources themselves. The lists live as long as this object. */
export function createSourceAnswers(world: SourceWorld, options: Abortable): SourceAnswers {
  const { clock, log } = world.environment;
  const known = new Map<string, Known>();
  const asking = sharedWork<Told>();
  const refreshing = new Set<string>();
  const wanted = new Set<string>();
  const listeners: (() => void)[] = [];

  /** Keeps what was heard; true where a person would see another list, or another problem. */
  const learn = (key: string, { retryAfterMs, ...heard }: Heard): boolean => {
    const before = known.get(key)?.answer;
    const { problem } = heard;
    // A failed refresh keeps the last good list, and says so.
    const answer = problem !== undefined && heard.fetchedAt === undefined && before ? { ...before, problem } : heard;
    const now = clock.now();
    const isOffline = problem?.code === 'offline';
    const askAgainAt =
      problem === undefined ? (answer.fetchedAt ?? now) + freshMs : isOffline ? now : now + (retryAfterMs ?? pauseMs);
    known.set(key, { answer, askAgainAt });
    return !isSame(before, answer);
  };

  const ask = (key: string, question: SourceQuestion, { signal, maxAgeMs }: FetchOptions): Promise<Told> =>
    asking.join(
      `${String(maxAgeMs)} ${key}`,
      async (shared) => {
        const heard = await fetchVersions(question, world, wanted, { signal: shared, maxAgeMs });
        const isNews = learn(key, heard);
        return { answer: known.get(key)?.answer ?? heard, isNews };
      },
      { signal },
    );

  const tell = (isNews: boolean): void => {
    if (isNews) {
      listeners.forEach((listener) => {
        listener();
      });
    }
  };

  /** First what the cache has, however old, so that there is something to show; then what the source says now. */
  const refresh = async (key: string, question: SourceQuestion): Promise<void> => {
    const { signal } = options;
    let isDone = false;
    if (!known.has(key)) {
      const { answer, isNews } = await ask(key, question, { signal, maxAgeMs: Number.POSITIVE_INFINITY });
      isDone = answer.fetchedAt === undefined || clock.now() - answer.fetchedAt < freshMs;
      if (isDone) {
        // Before anybody hears of it, who may ask again.
        refreshing.delete(key);
      }
      tell(isNews);
    }
    if (!isDone) {
      const { isNews } = await ask(key, question, { signal, maxAgeMs: freshMs });
      refreshing.delete(key);
      tell(isNews);
    }
  };

  return {
    versions: (question) => {
      const key = keyOf(question);
      const found = known.get(key);
      if (!refreshing.has(key) && (found === undefined || clock.now() >= found.askAgainAt)) {
        refreshing.add(key);
        refresh(key, question).catch((error: unknown) => {
          refreshing.delete(key);
          if (!isAbort(error)) {
            log.error(`list versions: ${redact(messageOf(error))}`);
          }
        });
      }
      return found?.answer ?? { versions: [] };
    },
    versionsNow: async (question, { signal }) =>
      (await ask(keyOf(question), question, { signal, maxAgeMs: freshMs })).answer,
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
    fetch: async (question, secretFiles, { signal }) => {
      try {
        const request = chartRequestOf(question, secretFiles);
        const chart = await resolveChart(request, world, { signal, maxAgeMs: freshMs });
        return { kind: 'fetched', chart: await keepChart(chart, world.cache, { signal }) };
      } catch (error) {
        return { kind: 'failed', problem: problemOf(error, wanted) };
      }
    },
    wantedHosts: () => [...wanted].filter((host) => !world.environment.consent.allowed(host)),
    askAgain: () => {
      for (const [key, { answer }] of known) {
        if (answer.problem !== undefined) {
          known.set(key, { answer, askAgainAt: 0 });
        }
      }
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

interface Heard extends VersionsAnswer {
  readonly retryAfterMs?: number | undefined;
}

async function fetchVersions(
  question: SourceQuestion,
  world: SourceWorld,
  wanted: Set<string>,
  options: FetchOptions,
): Promise<Heard> {
  try {
    const source = sourceOf(question);
    if (source.kind !== 'HelmRepository' && source.kind !== 'OCIRepository') {
      return { versions: [] };
    }
    hostsOf(source).forEach((host) => wanted.add(host));
    const request = { source, chart: question.chart ?? '', lookup: () => undefined };
    const { versions, fetchedAt, stale } = await listVersions(request, world, options);
    return {
      versions,
      fetchedAt,
      ...(stale && { problem: problemOf(stale, wanted), retryAfterMs: waitOf(stale) }),
    };
  } catch (error) {
    return {
      versions: [],
      problem: problemOf(error, wanted),
      retryAfterMs: waitOf(error),
    };
  }
}

function waitOf(error: unknown): number | undefined {
  return error instanceof SourceError ? error.retryAfterMs : undefined;
}

function isSame(before: VersionsAnswer | undefined, after: VersionsAnswer): boolean {
  return JSON.stringify([before?.versions ?? [], before?.problem]) === JSON.stringify([after.versions, after.problem]);
}

function sourceOf({ source }: SourceQuestion): Source {
  // Whether it is a source at all, parseSource finds out.
  return parseSource(source as KubeObject, { defaultNamespace: 'default' });
}

/** What a person is told; anything that is not about the source is a bug, or someone who gave up, and goes on. */
function problemOf(error: unknown, wanted: Set<string>): AnswerProblem {
  if (isAbort(error)) {
    throw error;
  }
  if (error instanceof SourceError) {
    if (error.code === 'offline' && error.host !== undefined) {
      wanted.add(error.host);
    }
    return { code: error.code, message: error.message, ...(error.host !== undefined && { host: error.host }) };
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return { code: error.code, message: error.message };
  }
  throw error;
}

function keyOf({ source, chart }: SourceQuestion): string {
  return JSON.stringify([source, chart]);
}
