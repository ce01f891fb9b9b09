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

    public JsonMap Convert(JsonMap value, string from, string to)
    {
        var (source, target) = (forms.Find(declaration, from)!, forms.Find(declaration, to)!);
        var typed = (IKubernetesObject<V1ObjectMeta>)ApiJson.Deserialize(JsonTree.Write(value), source.ObjectType);
        return (JsonMap)JsonTree.Read(ApiJson.Serialize(OtherForms.Convert(typed, source, target), target.ObjectType))!;
    }
}
