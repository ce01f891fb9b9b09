using System.Text;
using BenchmarkDotNet.Attributes;
using k8s.Models;
using Orch.ApiServer.Tests.Validation;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.Codecs.Bench;

/// <summary>What it costs to see that a specification is as it was, and that it is not.</summary>
[MemoryDiagnoser]
public class ContentBenchmarks
{
    private readonly V1PodSpec _spec = ApiJson.Deserialize<V1Pod>(Encoding.UTF8.GetBytes(CodecBenchmarks.Pod)).Spec;
    private readonly V1PodSpec _same;
    private readonly V1PodSpec _changed;

    public ContentBenchmarks()
    {
        _same = ApiJson.DeepCopy(_spec);
        _changed = ApiJson.DeepCopy(_spec);
        _changed.Containers[1].Command[1] = "sleep 1";
    }

    [Benchmark(Description = "a specification as it was, by reflection")]
    public bool SameByReflection() => ReflectiveEquality.Same(_spec, _same);

    [Benchmark(Description = "a specification as it was")]
    public bool Same() => ContentEquality.Same(_spec, _same);

    [Benchmark(Description = "a changed specification")]
    public bool Changed() => ContentEquality.Same(_spec, _changed);
}
