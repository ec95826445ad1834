import type {
  ClusterInfo,
  Condition,
  HistoryEntry,
  OwnedResource,
  ReleaseSummary,
  SourceSummary,
} from '@fairlead/engine/session';

/** A node of a tree, as plain data. `id` stays the same over refreshes. */
export type Node =
  | { readonly kind: 'cluster'; readonly id: string; readonly cluster: ClusterInfo }
  | {
      readonly kind: 'namespace';
      readonly id: string;
      readonly namespace: string;
      readonly releases: readonly ReleaseSummary[];
    }
  | { readonly kind: 'release'; readonly id: string; readonly release: ReleaseSummary }
  | { readonly kind: 'folder'; readonly id: string; readonly folder: Folder; readonly release: ReleaseSummary }
  | {
      readonly kind: 'revision';
      readonly id: string;
      readonly release: ReleaseSummary;
      readonly entry: HistoryEntry;
      readonly isCurrent: boolean;
    }
  | { readonly kind: 'resource'; readonly id: string; readonly resource: OwnedResource }
  | { readonly kind: 'condition'; readonly id: string; readonly condition: Condition }
  | { readonly kind: 'source'; readonly id: string; readonly source: SourceSummary }
  | { readonly kind: 'note'; readonly id: string; readonly text: string };

export type Folder = 'History' | 'Resources' | 'Conditions';

/** How something is, for icon, colour and the word that says so. */
export type Health = 'good' | 'working' | 'bad' | 'paused' | 'unknown';

/** What a tree item shows, without the editor's own types. */
export interface NodeView {
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  /** A theme colour; absent for the default. */
  readonly color?: string;
  readonly expandable: 'no' | 'collapsed' | 'expanded';
  /** Small fixed vocabulary that `when` clauses match: words separated by `;`. */
  readonly contextValue: string;
  readonly tooltip: string;
  /** For screen readers: state in words, since colour alone says nothing. */
  readonly spoken: string;
}

const healthIcons = {
  good: { icon: 'pass-filled', color: 'testing.iconPassed', word: 'ready' },
  working: { icon: 'sync', color: 'charts.blue', word: 'in progress' },
  bad: { icon: 'error', color: 'testing.iconFailed', word: 'not ready' },
  paused: { icon: 'debug-pause', color: 'charts.yellow', word: 'suspended' },
  unknown: { icon: 'circle-outline', color: 'disabledForeground', word: 'unknown' },
} as const satisfies Record<Health, { icon: string; color: string; word: string }>;

function releaseHealth(release: ReleaseSummary): Health {
  if (release.suspended) {
    return 'paused';
  }
  if (release.ready !== undefined) {
    return release.ready === 'True' ? 'good' : release.ready === 'False' ? 'bad' : 'working';
  }
  switch (release.status) {
    case 'deployed':
      return 'good';
    case 'failed':
      return 'bad';
    case 'pending-install':
    case 'pending-upgrade':
    case 'pending-rollback':
    case 'uninstalling':
      return 'working';
    case 'unknown':
    case 'uninstalled':
    case 'superseded':
    case undefined:
      return 'unknown';
    default:
      return release.status satisfies never;
  }
}

/** A node as it is shown. */
export function viewOf(node: Node): NodeView {
  switch (node.kind) {
    case 'cluster':
      return {
        label: node.cluster.context,
        description: actorWord(node.cluster),
        icon: 'server-environment',
        expandable: 'expanded',
        contextValue: `cluster;${node.cluster.actor.kind}`,
        tooltip: `${node.cluster.server}\nKubernetes ${node.cluster.kubernetesVersion}\n${node.cluster.actor.reason}`,
        spoken: `cluster ${node.cluster.context}, ${actorWord(node.cluster)}`,
      };
    case 'namespace': {
      const bad = node.releases.filter((release) => releaseHealth(release) === 'bad').length;
      return {
        label: node.namespace,
        description: bad === 0 ? '' : `${bad} not ready`,
        icon: 'symbol-namespace',
        expandable: 'expanded',
        contextValue: 'namespace',
        tooltip: `${node.releases.length} ${node.releases.length === 1 ? 'release' : 'releases'}`,
        spoken: `namespace ${node.namespace}, ${node.releases.length} releases, ${bad} not ready`,
      };
    }
    case 'release':
      return releaseView(node.release);
    case 'folder':
      return {
        label: node.folder,
        description: '',
        icon: node.folder === 'History' ? 'history' : node.folder === 'Resources' ? 'symbol-structure' : 'checklist',
        expandable: 'collapsed',
        contextValue: 'folder',
        tooltip: '',
        spoken: `${node.folder} of ${node.release.name}`,
      };
    case 'revision':
      return revisionView(node.entry, node.isCurrent);
    case 'resource':
      return resourceView(node.resource);
    case 'condition': {
      const { condition } = node;
      const health: Health = conditionHealth(condition);
      return {
        label: condition.type,
        description: `${condition.status}, ${condition.reason}`,
        ...iconOf(health),
        expandable: 'no',
        contextValue: 'condition',
        tooltip: `${condition.message}\nsince ${condition.lastTransitionTime}`,
        spoken: `condition ${condition.type} ${condition.status}, ${condition.reason}`,
      };
    }
    case 'source': {
      const { source } = node;
      const health: Health = source.suspended
        ? 'paused'
        : source.ready === 'True'
          ? 'good'
          : source.ready === 'False'
            ? 'bad'
            : 'unknown';
      return {
        label: `${source.namespace}/${source.name}`,
        description: `${source.kind} ${source.revision ?? ''}`.trimEnd(),
        ...iconOf(health),
        expandable: 'no',
        contextValue: 'source',
        tooltip: [source.url, source.message].filter((text) => text !== undefined).join('\n'),
        spoken: `${source.kind} ${source.name}, ${healthIcons[health].word}`,
      };
    }
    case 'note':
      return {
        label: node.text,
        description: '',
        icon: 'info',
        expandable: 'no',
        contextValue: 'note',
        tooltip: node.text,
        spoken: node.text,
      };
  }
}

function actorWord({ actor }: ClusterInfo): string {
  switch (actor.kind) {
    case 'flux':
      return 'Flux acts';
    case 'fairlead':
      return 'Fairlead acts';
    case 'nobody':
      return 'read only';
  }
}

function releaseView(release: ReleaseSummary): NodeView {
  const health = releaseHealth(release);
  const chart =
    release.chart === undefined ? 'not installed' : `${release.chart} ${release.chartVersion ?? ''}`.trimEnd();
  // The revision first: the view is narrow, and versions are long.
  const revision = release.revision === undefined ? '' : `v${release.revision} · `;
  return {
    label: release.name,
    description: `${revision}${chart}`,
    ...iconOf(health),
    expandable: 'collapsed',
    contextValue: `release;${release.kind};${release.suspended ? 'suspended' : 'active'};${release.revision === undefined ? 'absent' : 'stored'}`,
    tooltip: [
      `${release.namespace}/${release.name}${release.kind === 'HelmOnly' ? ' (Helm, without Flux)' : ''}`,
      `state: ${healthIcons[health].word}${release.status === undefined ? '' : `, ${release.status}`}`,
      release.message,
    ]
      .filter((text) => text !== undefined)
      .join('\n'),
    spoken: `release ${release.name}, ${healthIcons[health].word}, ${chart}`,
  };
}

function revisionView(entry: HistoryEntry, isCurrent: boolean): NodeView {
  const health: Health =
    entry.status === 'failed'
      ? 'bad'
      : entry.status.startsWith('pending')
        ? 'working'
        : entry.status === 'deployed'
          ? 'good'
          : 'unknown';
  return {
    label: `v${entry.revision}`,
    description: `${entry.chartVersion} · ${entry.status} · ${entry.updated.slice(0, 16).replace('T', ' ')}`,
    ...iconOf(health),
    expandable: 'no',
    contextValue: isCurrent ? 'revision;current' : 'revision;older',
    tooltip: entry.description,
    spoken: `revision ${entry.revision}, ${entry.status}, chart ${entry.chartVersion}`,
  };
}

function resourceView(resource: OwnedResource): NodeView {
  const health: Health =
    resource.status === 'Current'
      ? 'good'
      : resource.status === 'Failed' || resource.status === 'NotFound'
        ? 'bad'
        : resource.status === 'Unknown'
          ? 'unknown'
          : 'working';
  return {
    label: `${resource.kind}/${resource.name}`,
    description: resource.status === 'Current' ? '' : resource.message,
    ...iconOf(health),
    expandable: 'no',
    contextValue: 'resource',
    tooltip: `${resource.apiVersion} ${resource.kind} ${resource.namespace ?? ''}/${resource.name}\n${resource.status}: ${resource.message}`,
    spoken: `${resource.kind} ${resource.name}, ${resource.status}`,
  };
}

/** Stalled, Drifted and Remediated are bad when True; the others when False. */
function conditionHealth({ type, status }: Condition): Health {
  if (status === 'Unknown') {
    return 'working';
  }
  if (type === 'Reconciling') {
    return status === 'True' ? 'working' : 'good';
  }
  const goodWhen = type === 'Stalled' || type === 'Drifted' || type === 'Remediated' ? 'False' : 'True';
  return status === goodWhen ? 'good' : 'bad';
}

function iconOf(health: Health): { readonly icon: string; readonly color: string } {
  const { icon, color } = healthIcons[health];
  return { icon, color };
}
