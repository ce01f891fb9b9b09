using System.Text.Json;
using System.Text.Unicode;
using k8s;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;
using Orch.Serialization;

namespace Orch.ApiServer.Decoding;

/// <summary>Scans and decodes JSON; what to make of the faults is the caller's.</summary>
internal sealed class ObjectDecoder(ModelSchemas schemas)
{
    /// <summary>Looks for faults; the body that comes back is the one to decode.</summary>
    public (ScanResult Result, ReadOnlyMemory<byte> Body) Scan(ReadOnlyMemory<byte> body, Type type)
    {
        if (!Utf8.IsValid(body.Span)) { body = JsonTree.ReplaceInvalid(body.Span); }
        var result = BodyScanner.Scan(body.Span, schemas.For(type));
        return (result, body);
    }

    /// <summary>Decodes what a scan found free of syntax and type faults.</summary>
    /// <returns>Null with a fault set where the model's own reader refuses after all.</returns>
    public IKubernetesObject? Decode(ReadOnlyMemory<byte> body, Type type, ScanResult result)
    {
        if (result.NeedsNormalizing) { body = Normalizer.Normalize(body.Span, schemas.For(type)); }
        try
        {
            return (IKubernetesObject)ApiJson.Deserialize(body.Span, type);
        }
        catch (JsonException exception)
        {
            result.TypeFault = "json: " + exception.Message;
            return null;
        }
    }
}
