using k8s;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>An object as webhooks see it: its JSON, in the form that each one asked for, made when it is first needed.</summary>
/// <param name="resources">Where the forms of an object are known.</param>
/// <param name="own">The resource of the request.</param>
internal sealed class ShownObject(ServedResources resources, GroupVersionResource own)
{
    private Dictionary<GroupVersionResource, byte[]>? _json;

    /// <summary>The object; setting it forgets what was made of the one before.</summary>
    public IKubernetesObject? Value
    {
        get;
        set
        {
            field = value;
            _json = null;
        }
    }

    /// <summary>JSON in the form of a resource; empty without an object.</summary>
    public ReadOnlyMemory<byte> As(GroupVersionResource form)
    {
        if (Value is null) { return ReadOnlyMemory<byte>.Empty; }
        _json ??= [];
        if (_json.TryGetValue(form, out var json)) { return json; }
        var shown = Convert(Value, own, form);
        return _json[form] = ApiJson.Serialize(shown, shown.GetType());
    }

    /// <summary>Takes in a changed object in the form of a resource, defaults filled in.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not of that form.</exception>
    public void Take(ReadOnlySpan<byte> json, GroupVersionResource form)
    {
        var type = form == own ? Value!.GetType() : Declaration(form).ObjectType;
        var value = (IKubernetesObject)ApiJson.Deserialize(json, type);
        if (resources.Find(form)?.Declaration is { } declaration && declaration.ObjectType == type && value is IKubernetesObject<V1ObjectMeta> item)
        {
            item.Metadata ??= new V1ObjectMeta();
            (item.ApiVersion, item.Kind) = (declaration.Kind.ApiVersion, declaration.Kind.Kind);
            declaration.Default(item);
        }

        Value = Convert(value, form, own);
    }

    private IKubernetesObject Convert(IKubernetesObject value, GroupVersionResource from, GroupVersionResource to)
    {
        if (from == to || value is not IKubernetesObject<V1ObjectMeta> item || item.GetType() != Declaration(from).ObjectType) { return value; }
        return Declaration(to).FromStored(Declaration(from).ToStored(ApiJson.DeepCopy(item)));
    }

    private ResourceDeclaration Declaration(GroupVersionResource resource) => resources.Find(resource)!.Declaration;
}
