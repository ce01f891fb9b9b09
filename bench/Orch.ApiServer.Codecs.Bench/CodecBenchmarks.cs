using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using k8s;
using k8s.Models;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.OpenApi;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tables;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Codecs.Bench;

/// <summary>What one request costs in decoding, patching and printing.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    internal const string Pod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-0","namespace":"default","labels":{"app":"web","tier":"front","pod-template-hash":"abc"},
        "annotations":{"example.com/a":"1"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"0b1c","controller":true,"blockOwnerDeletion":true}]},
        "spec":{"restartPolicy":"Always","serviceAccountName":"default","terminationGracePeriodSeconds":30,"nodeSelector":{"disk":"ssd"},
        "volumes":[{"name":"data","emptyDir":{}},{"name":"cfg","configMap":{"name":"cfg","items":[{"key":"a","path":"a"}]}}],
        "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],
        "containers":[{"name":"web","image":"nginx:1.27","ports":[{"containerPort":80,"name":"http","protocol":"TCP"}],
        "env":[{"name":"A","value":"1"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
        "resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"}},
        "readinessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":5},
        "volumeMounts":[{"name":"data","mountPath":"/data"},{"name":"cfg","mountPath":"/cfg","readOnly":true}]},
        {"name":"side","image":"busybox","command":["sh","-c","sleep 1000"],"resources":{"requests":{"cpu":"10m"}}}]}}
        """;

    private static readonly GroupVersionKind Kind = new(string.Empty, "v1", "Pod");
    private readonly ModelSchemas _schemas = new();
    private readonly byte[] _json = Encoding.UTF8.GetBytes(Pod);
    private readonly byte[] _patch = Encoding.UTF8.GetBytes(
        """{"metadata":{"annotations":{"x":"y"}},"spec":{"$setElementOrder/containers":[{"name":"web"},{"name":"side"}],"containers":[{"name":"web","image":"nginx:1.28","env":[{"name":"A","value":"2"}]}]}}""");

    private readonly byte[] _jsonPatch = Encoding.UTF8.GetBytes("""[{"op":"replace","path":"/spec/containers/0/image","value":"nginx:1.28"}]""");
    private readonly ArrayBufferWriter<byte> _output = new(1 << 20);
    private readonly TableBuilder _tables = new();
    private readonly TableRequest _table;
    private readonly RequestDecoder _decoder;
    private readonly Patcher _patcher;

    public CodecBenchmarks()
    {
        var objects = new ObjectDecoder(_schemas);
        _decoder = new RequestDecoder(objects, _schemas);
        _patcher = new Patcher(objects, _schemas);
        var pod = new Encoded(ApiJson.Deserialize<V1Pod>(_json));
        _table = new TableRequest(BuiltInResources.All().First(item => item.ObjectType == typeof(V1Pod)), [.. Enumerable.Repeat(pod, 100)], DateTimeOffset.UnixEpoch);
    }

    [Benchmark(Description = "scan a pod for unknown and duplicate fields and wrong types")]
    public int Scan() => BodyScanner.Scan(_json, _schemas.For(typeof(V1Pod))).StrictFaults.Count;

    [Benchmark(Description = "scan and decode a pod")]
    public IKubernetesObject Decode() => _decoder.Decode(new DecodeRequest(_json, "application/json", Kind, typeof(V1Pod), FieldValidation.Strict)).Value;

    [Benchmark(Description = "strategic merge patch of a pod, decoded")]
    public IKubernetesObject Strategic() => Patch(PatchKind.StrategicMerge, _patch);

    [Benchmark(Description = "JSON patch of a pod, decoded")]
    public IKubernetesObject JsonPatch() => Patch(PatchKind.Json, _jsonPatch);

    [Benchmark(Description = "table of 100 pods")]
    public int Table()
    {
        _output.ResetWrittenCount();
        _tables.Write(_table, _output);
        return _output.WrittenCount;
    }

    [Benchmark(Description = "OpenAPI v2 document, made anew")]
    public int OpenApi() => new OpenApiPublisher(new OpenApiWriter(new(BuiltInResources.All()), [], _schemas)).Find("/openapi/v2", string.Empty)!.Compressed.Length;

    private IKubernetesObject Patch(PatchKind kind, byte[] patch)
        => _patcher.Apply(new PatchRequest(kind, _json, patch, Kind, typeof(V1Pod))).Value;

    private sealed class Encoded(IKubernetesObject<V1ObjectMeta> value) : IEncodedObject
    {
        private readonly byte[] _bytes = ApiJson.Serialize(value, value.GetType());
        private readonly byte[] _metadata = ApiJson.Serialize(value.Metadata);

        public IKubernetesObject<V1ObjectMeta> Value => value;

        public int Length => _bytes.Length;

        public void WriteTo(IBufferWriter<byte> output) => output.Write(_bytes);

        public int CopyTo(Span<byte> destination)
        {
            _bytes.CopyTo(destination);
            return _bytes.Length;
        }

        public int ItemLength(ReadOnlySpan<byte> type) => Length;

        public void WriteItemTo(IBufferWriter<byte> output, ReadOnlySpan<byte> type) => WriteTo(output);

        public void WriteMetadataTo(IBufferWriter<byte> output) => output.Write(_metadata);
    }
}
