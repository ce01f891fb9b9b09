using System.Text;
using BenchmarkDotNet.Attributes;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Json;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Codecs.Bench;

/// <summary>What the account of managed fields adds to a write of a pod.</summary>
[MemoryDiagnoser]
public class FieldBenchmarks
{
    private readonly ServedResource _pods;
    private readonly FieldManager _fields;
    private readonly WriteCall _create = new(UserInfo.Anonymous) { Manager = "kube-controller-manager" };
    private readonly WriteCall _status = new(UserInfo.Anonymous) { Manager = "kubelet", Subresource = "status" };
    private readonly V1Pod _pod;
    private readonly V1Pod _bare;
    private readonly V1Pod _reported;
    private readonly CachedObject _current;
    private readonly ModelMergeTypes _types;
    private readonly ResourceDeclaration _declaration;
    private readonly byte[] _json;

    public FieldBenchmarks()
    {
        var catalog = new ResourceCatalog(BuiltInResources.All());
        _declaration = catalog.Find(typeof(V1Pod))!;
        _types = new ModelMergeTypes(new ModelSchemas());
        _fields = new FieldManager(_types, new OtherForms(catalog), new FieldsPool(), TimeProvider.System);
        _pods = new ServedResource(_declaration, _declaration, null!);
        _pod = ApiJson.Deserialize<V1Pod>(Encoding.UTF8.GetBytes(CodecBenchmarks.Pod));
        _declaration.Default(_pod);
        _bare = ApiJson.DeepCopy(_pod);
        Create();

        var running = ApiJson.DeepCopy(_pod);
        Report(running, "2030-01-01T00:00:00Z", "10.0.0.9");
        var made = new CachedObject("/registry/core/pods/default/web-0", ApiJson.Serialize(_pod), 1, _declaration);
        _fields.OnUpdateAsync(_pods, _status, made, running, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        _json = ApiJson.Serialize(running);
        _current = new CachedObject(made.Key, _json, 2, _declaration);
        _ = _current.Value;
        _reported = ApiJson.DeepCopy(running);
        Report(_reported, "2030-01-01T00:01:00Z", "10.0.0.9");
        _reported.Status.Conditions[0].Status = "False";
    }

    [Benchmark(Description = "fields of a new pod: encode, walk, write")]
    public void Create()
    {
        _pod.Metadata.ManagedFields = null;
        _fields.OnCreate(_pods, _create, _pod);
    }

    [Benchmark(Description = "fields of a pod's new status")]
    public ValueTask Status()
    {
        _reported.Metadata.ManagedFields = _current.Value.Metadata.ManagedFields;
        return _fields.OnUpdateAsync(_pods, _status, _current, _reported, CancellationToken.None);
    }

    [Benchmark(Description = "encode a pod without managed fields")]
    public int EncodeBare() => ApiJson.Serialize(_bare).Length;

    [Benchmark(Description = "encode a pod with managed fields")]
    public int Encode() => ApiJson.Serialize(_pod).Length;

    [Benchmark(Description = "decode a running pod with managed fields")]
    public object Decode() => ApiJson.Deserialize<V1Pod>(_json);

    [Benchmark(Description = "walk a new pod")]
    public object Walk() => ChangeWalker.OfNew(_json, _types.Of(_declaration), IgnoredFields.For(_declaration, string.Empty));

    [Benchmark(Description = "read a running pod into a tree")]
    public object Tree() => JsonTree.Read(_json)!;

    private static void Report(V1Pod pod, string time, string address)
    {
        var at = DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();
        pod.Status = new V1PodStatus
        {
            Phase = "Running", PodIP = address, PodIPs = [new V1PodIP { Ip = address }], HostIP = "10.0.0.1", StartTime = at, QosClass = "Burstable",
            Conditions = [.. new[] { "Ready", "ContainersReady", "Initialized", "PodScheduled", "PodReadyToStartContainers" }.Select(type => new V1PodCondition { Type = type, Status = "True", LastTransitionTime = at })],
            ContainerStatuses = [new V1ContainerStatus { Name = "web", Image = "nginx:1.27", ImageID = "sha256:0", Ready = true, RestartCount = 0, Started = true, State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = at } } }],
        };
    }
}
