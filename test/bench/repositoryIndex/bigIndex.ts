/** An index as `helm repo index` writes it: so many charts with so many versions each, newest first. */
export function bigIndex({ charts, versions }: { readonly charts: number; readonly versions: number }): string {
  const parts = ['apiVersion: v1\nentries:\n'];
  for (let chart = 0; chart < charts; chart++) {
    const name = chartName(chart);
    parts.push(`  ${name}:\n`);
    for (let version = versions - 1; version >= 0; version--) {
      parts.push(entry(name, version));
    }
  }
  parts.push('generated: "2026-11-01T10:00:00.123456789Z"\n');
  return parts.join('');
}

export function chartName(chart: number): string {
  return `chart-${String(chart).padStart(3, '0')}`;
}

/** About a kilobyte. */
function entry(name: string, version: number): string {
  const text = `${String(1 + Math.floor(version / 40))}.${String(Math.floor(version / 4) % 10)}.${String(version % 4)}`;
  const day = String(1 + (version % 28)).padStart(2, '0');
  const digest = Array.from({ length: 8 }, (_, i) =>
    ((Math.imul(version + 1, 2654435761 + i * 97) ^ (name.length * 31)) >>> 0).toString(16).padStart(8, '0'),
  ).join('');
  return `  - annotations:
      category: Infrastructure
      images: |
        - name: ${name}
          image: registry.example.com/apps/${name}:${text}
    apiVersion: v2
    appVersion: ${text}
    created: "2025-10-${day}T07:30:15.202601842Z"
    dependencies:
    - name: common
      repository: oci://registry.example.com/charts
      tags:
      - shared
      version: 2.x.x
    description: '${name} keeps what an application needs close at hand: queues, caches and
      the tables that go with them, for teams that run it themselves.'
    digest: ${digest}
    home: https://example.com/apps/${name}
    keywords:
    - ${name}
    - queue
    - cache
    kubeVersion: '>=1.27.0-0'
    maintainers:
    - email: charts@example.com
      name: The Chart Keepers
      url: https://github.com/example/charts
    name: ${name}
    sources:
    - https://github.com/example/${name}
    urls:
    - https://charts.example.com/archives/${name}-${text}.tgz
    version: ${text}
`;
}
