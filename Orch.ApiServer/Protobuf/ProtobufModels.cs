using System.Collections.Concurrent;
using k8s.Models;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Protobuf;

/// <summary>How the models are written in protobuf; facts of the types alone, made on first use and shared.</summary>
internal static class ProtobufModels
{
    private static readonly ModelSchemas Schemas = new();
    private static readonly ConcurrentDictionary<Type, ProtobufMessage?> Messages = new();

    /// <summary>The message of a model type; null for one that has no protobuf form.</summary>
    public static ProtobufMessage? Find(Type model) => Messages.TryGetValue(model, out var known) ? known : Messages.GetOrAdd(model, Make);

    /// <summary>The message of metadata.</summary>
    public static ProtobufMessage Metadata => Find(typeof(V1ObjectMeta))!;

    private static ProtobufMessage? Make(Type model)
    {
        if (model.Assembly != typeof(V1Pod).Assembly || model.Namespace != typeof(V1Pod).Namespace) { return null; }
        var schema = Schemas.For(model);
        return ProtobufFields.Of(schema.DefinitionName) is null ? null : new ProtobufMessage(schema);
    }
}
