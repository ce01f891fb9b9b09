using BenchmarkDotNet.Attributes;
using k8s;
using k8s.Models;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Client.Bench;

/// <summary>What is done to one object.</summary>
[MemoryDiagnoser]
public class ObjectBenchmarks
{
    private readonly byte[] _json = SamplePod.Json(7);
    private readonly V1Pod _pod = ApiJson.Deserialize<V1Pod>(SamplePod.Json(7));
    private readonly V1Pod _same = ApiJson.Deserialize<V1Pod>(SamplePod.Json(7));
    private readonly LabelSelector _selector = LabelSelector.Parse("app=web,tier in (front,back),!legacy");

    [Benchmark]
    public V1Pod Deserialize() => ApiJson.Deserialize<V1Pod>(_json);

    [Benchmark]
    public byte[] Serialize() => ApiJson.Serialize(_pod);

    [Benchmark]
    public V1Pod DeepCopy() => ApiJson.DeepCopy(_pod);

    [Benchmark]
    public bool ContentEquals() => ApiJson.ContentEquals(_pod, _same);

    [Benchmark]
    public V1Pod DeserializeByThePackage() => KubernetesJson.Deserialize<V1Pod>(new MemoryStream(_json));

    [Benchmark]
    public string SerializeByThePackage() => KubernetesJson.Serialize(_pod);

    [Benchmark]
    public bool MatchLabels() => _selector.Matches(_pod.Metadata.Labels);

    [Benchmark]
    public LabelSelector ParseSelector() => LabelSelector.Parse("app=web,tier in (front,back),!legacy");

    [Benchmark]
    public long ParseQuantity() => Quantities.MilliValue(Quantities.Parse("1536Mi"));
}
