import type { HistoryReport, ReleaseSummary, StatusReport } from '@fairlead/engine/session';
import { table } from './table.ts';

/** `status` for people: who acts, then a line a release. */
export function statusText(report: StatusReport): string {
  const { cluster } = report;
  const lines = [
    `${cluster.context} (${cluster.server}, Kubernetes ${cluster.kubernetesVersion}): ${cluster.actor.reason}`,
  ];
  if (report.releases.length === 0) {
    lines.push('', 'no releases');
  } else {
    lines.push(
      '',
      table(
        ['NAMESPACE', 'NAME', 'REVISION', 'CHART', 'STATUS', 'READY', 'MESSAGE'],
        report.releases.map((release) => [
          release.namespace,
          release.name,
          release.revision === undefined ? '-' : String(release.revision),
          release.chart === undefined ? '-' : `${release.chart}-${release.chartVersion ?? '?'}`,
          release.status ?? 'not installed',
          readiness(release),
          firstLine(release.message ?? ''),
        ]),
      ),
    );
  }
  for (const gap of report.gaps) {
    lines.push('', `not shown: ${gap}`);
  }
  return lines.join('\n');
}

function readiness(release: ReleaseSummary): string {
  if (release.kind === 'HelmOnly') {
    return 'helm';
  }
  return release.suspended ? 'suspended' : (release.ready ?? '-');
}

/** `history` for people, oldest first, as `helm history` has it. */
export function historyText(report: HistoryReport): string {
  return table(
    ['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', 'DESCRIPTION'],
    report.history.map((entry) => [
      String(entry.revision),
      entry.updated,
      entry.status,
      `${entry.chart}-${entry.chartVersion}`,
      entry.appVersion ?? '-',
      firstLine(entry.description),
    ]),
  );
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? text : `${text.slice(0, end)} …`;
}
