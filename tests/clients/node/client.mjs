// Usage: node client.mjs SERVER CA_FILE TOKEN. Says "ok STEP" after each step; ends with 1 at the first that fails.
import assert from 'node:assert/strict';
import * as k8s from '@kubernetes/client-node';

const [server, caFile, token] = process.argv.slice(2);
const namespace = 'default';
const config = new k8s.KubeConfig();
config.loadFromOptions({
  clusters: [{ name: 'c', server, caFile }],
  users: [{ name: 'u', token }],
  contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
  currentContext: 'x',
});
const core = config.makeApiClient(k8s.CoreV1Api);
const map = (name, data) => ({ metadata: { name, labels: { app: 'node' } }, data });

async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return { code: error.code, status: JSON.parse(error.body) };
  }
  assert.fail('the call should have been refused');
}

const steps = {
  async crud() {
    const made = await core.createNamespacedConfigMap({ namespace, body: map('a', { x: '1' }) });
    assert.ok(made.metadata.uid);
    assert.ok(made.metadata.creationTimestamp instanceof Date);
    made.data.x = '2';
    await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: made });
    assert.equal((await core.readNamespacedConfigMap({ namespace, name: 'a' })).data.x, '2');
    await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
  },

  async errors() {
    const absent = await refusal(() => core.readNamespacedConfigMap({ namespace, name: 'none' }));
    assert.deepEqual([absent.code, absent.status.reason, absent.status.message], [404, 'NotFound', 'configmaps "none" not found']);
    const made = await core.createNamespacedConfigMap({ namespace, body: map('stale', {}) });
    const twice = await refusal(() => core.createNamespacedConfigMap({ namespace, body: map('stale', {}) }));
    assert.deepEqual([twice.code, twice.status.reason], [409, 'AlreadyExists']);
    made.metadata.resourceVersion = '1';
    const stale = await refusal(() => core.replaceNamespacedConfigMap({ namespace, name: 'stale', body: made }));
    assert.deepEqual([stale.code, stale.status.reason], [409, 'Conflict']);
    const bad = await refusal(() => core.createNamespacedConfigMap({ namespace, body: map('Bad_Name', {}) }));
    assert.deepEqual([bad.code, bad.status.reason, bad.status.details.causes[0].field], [422, 'Invalid', 'metadata.name']);
  },

  async pages() {
    for (let index = 0; index < 7; index++) await core.createNamespacedConfigMap({ namespace, body: map(`page-${index}`, {}) });
    const names = [];
    let next;
    do {
      const page = await core.listNamespacedConfigMap({ namespace, limit: 3, _continue: next });
      names.push(...page.items.map((item) => item.metadata.name).filter((name) => name.startsWith('page-')));
      next = page.metadata._continue;
    } while (next);
    assert.deepEqual(names, [0, 1, 2, 3, 4, 5, 6].map((index) => `page-${index}`));
  },

  async patches() {
    const patch = (body, type) => core.patchNamespacedConfigMap({ namespace, name: 'page-0', body }, k8s.setHeaderOptions('Content-Type', type));
    assert.equal((await patch([{ op: 'add', path: '/data', value: { a: '1' } }], k8s.PatchStrategy.JsonPatch)).data.a, '1');
    assert.deepEqual((await patch({ data: { a: null, b: '2' } }, k8s.PatchStrategy.MergePatch)).data, { b: '2' });
    assert.equal((await patch({ metadata: { labels: { more: 'yes' } } }, k8s.PatchStrategy.StrategicMergePatch)).metadata.labels.more, 'yes');
  },

  async apply() {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', ...map('applied', { x: '1' }) };
    const made = await core.patchNamespacedConfigMap(
      { namespace, name: 'applied', body, fieldManager: 'node' }, k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.ServerSideApply));
    assert.equal(made.data.x, '1');
    assert.equal(made.metadata.managedFields[0].manager, 'node');
    assert.equal(made.metadata.managedFields[0].operation, 'Apply');
  },

  async watch() {
    const seen = [];
    const watch = new k8s.Watch(config);
    await new Promise((resolve, reject) => {
      watch.watch(`/api/v1/namespaces/${namespace}/configmaps`, { labelSelector: 'app=node', allowWatchBookmarks: true }, async (type, object) => {
        if (type === 'BOOKMARK') { await core.createNamespacedConfigMap({ namespace, body: map('watched', {}) }); return; }
        if (object.metadata.name !== 'watched') return;
        seen.push(type);
        if (type === 'ADDED') await core.deleteNamespacedConfigMap({ namespace, name: 'watched' });
        if (type === 'DELETED') resolve();
      }, reject).catch(reject);
    });
    assert.deepEqual(seen, ['ADDED', 'DELETED']);
  },

  async informer() {
    const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () => core.listNamespacedConfigMap({ namespace }));
    const events = [];
    const done = new Promise((resolve, reject) => {
      informer.on('add', (item) => { events.push(`add ${item.metadata.name}`); if (item.metadata.name === 'informed') core.deleteNamespacedConfigMap({ namespace, name: 'informed' }).catch(reject); });
      informer.on('delete', (item) => { if (item.metadata.name === 'informed') resolve(); });
      informer.on('error', reject);
    });
    await informer.start();
    assert.ok(events.includes('add page-1'));
    await core.createNamespacedConfigMap({ namespace, body: map('informed', {}) });
    await done;
    assert.equal(informer.get('informed', namespace), undefined);
    await informer.stop();
  },

  async objects() {
    const client = k8s.KubernetesObjectApi.makeApiClient(config);
    const made = await client.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'busybox:1' }] } } } });
    assert.equal(made.spec.strategy.type, 'RollingUpdate');
    const scaled = await config.makeApiClient(k8s.AppsV1Api).patchNamespacedDeploymentScale(
      { namespace, name: 'web', body: { spec: { replicas: 5 } } }, k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.MergePatch));
    assert.equal(scaled.spec.replicas, 5);
    await client.delete({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace } });
  },
};

const limit = setTimeout(() => { console.error('took too long'); process.exit(1); }, 60_000);
for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    console.log(`ok ${name}`);
  } catch (error) {
    console.error(`${name}: ${error.stack ?? error} ${error.body ?? ''}`);
    process.exit(1);
  }
}
clearTimeout(limit);
process.exit(0);
