using BenchmarkDotNet.Attributes;
using k8s.Models;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.Codecs.Bench;

/// <summary>What a declaration costs on each write of a pod.</summary>
[MemoryDiagnoser]
public class DeclarationBenchmarks
{
    private readonly ResourceDeclaration _pods = BuiltInResources.All().First(item => item.ObjectType == typeof(V1Pod));
    private readonly V1Pod _pod;
    private readonly V1Pod _changed;

    public DeclarationBenchmarks()
    {
        _pod = ApiJson.Deserialize<V1Pod>(System.Text.Encoding.UTF8.GetBytes(CodecBenchmarks.Pod));
        Create();
        _changed = ApiJson.DeepCopy(_pod);
        _changed.Spec.Containers[0].Image = "nginx:1.28";
    }

    [Benchmark(Description = "default and prepare a new pod")]
    public void Prepare()
    {
        _pods.Default(_pod);
        _pods.PrepareForCreate(_pod);
    }

    [Benchmark(Description = "validate a new pod")]
    public int Create()
    {
        var errors = new FieldErrors();
        _pods.Default(_pod);
        _pods.PrepareForCreate(_pod);
        MetadataRules.Validate(_pod.Metadata, FieldPath.Of("metadata"), errors);
        _pods.Validate(_pod, errors);
        return errors.Count;
    }

    [Benchmark(Description = "prepare and validate a changed image")]
    public int Update()
    {
        var errors = new FieldErrors();
        _pods.PrepareForUpdate(_changed, _pod);
        _pods.ValidateUpdate(_changed, _pod, errors);
        return errors.Count;
    }

    [Benchmark(Description = "prepare and validate a status")]
    public int Status()
    {
        var errors = new FieldErrors();
        var reported = _changed with { };
        _pods.PrepareForStatusUpdate(reported, _pod);
        _pods.ValidateStatusUpdate(reported, _pod, errors);
        return errors.Count;
    }
}
