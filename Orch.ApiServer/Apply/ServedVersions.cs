using k8s;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Apply;

/// <summary>The versions of a served resource.</summary>
internal sealed class ServedVersions(ResourceDeclaration declaration, ModelMergeTypes types, OtherForms forms) : IApplyVersions
{
    public MergeType? TypeOf(string apiVersion)
    {
        if (apiVersion == declaration.Kind.ApiVersion) { return types.Of(declaration); }
        return forms.Find(declaration, apiVersion) is { } other ? types.Of(other) : null;
    }

    public async ValueTask<JsonMap> ConvertAsync(JsonMap value, string from, string to, CancellationToken cancellationToken)
    {
        var (source, target) = (forms.Find(declaration, from)!, forms.Find(declaration, to)!);
        var typed = (IKubernetesObject<V1ObjectMeta>)ApiJson.Deserialize(JsonTree.Write(value), source.ObjectType);
        var converted = source is IMergeTyped custom ? (await custom.ConvertAsync([typed], target, cancellationToken).ConfigureAwait(false))[0] : OtherForms.Convert(typed, source, target);
        return (JsonMap)JsonTree.Read(ApiJson.Serialize(converted, target.ObjectType))!;
    }
}
