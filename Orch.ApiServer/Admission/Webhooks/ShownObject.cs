using k8s;
using k8s.Models;
using Orch.ApiServer.CustomResources;
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

    /// <summary>Makes the form of a resource, where others than this object's own are converted by asking somebody.</summary>
    /// <exception cref="Client.ApiException">500: a conversion webhook failed.</exception>
    public ValueTask PrepareAsync(GroupVersionResource form, CancellationToken cancellationToken)
    {
        return Value is null || form == own || _json?.ContainsKey(form) == true || Declaration(own) is not CustomResourceDeclaration ? ValueTask.CompletedTask : ConvertAsync(Value);

        async ValueTask ConvertAsync(IKubernetesObject value)
        {
            var shown = await this.ConvertAsync(value, own, form, cancellationToken).ConfigureAwait(false);
            (_json ??= [])[form] = ApiJson.Serialize(shown, shown.GetType());
        }
    }

    /// <summary>JSON in the form of a resource that has been prepared; empty without an object.</summary>
    public ReadOnlyMemory<byte> As(GroupVersionResource form)
    {
        if (Value is null) { return ReadOnlyMemory<byte>.Empty; }
        _json ??= [];
        if (_json.TryGetValue(form, out var json)) { return json; }
        var shown = Convert(Value, own, form);
        return _json[form] = ApiJson.Serialize(shown, shown.GetType());
    }

    /// <summary>What the object is read as in the form of a resource.</summary>
    public Type TypeIn(GroupVersionResource form) => form == own ? Value!.GetType() : Declaration(form).ObjectType;

    /// <summary>Takes in a changed object in the form of a resource, defaults filled in; it is prepared in that form then.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not of that form.</exception>
    /// <exception cref="Client.ApiException">500: a conversion webhook failed.</exception>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> json, GroupVersionResource form, CancellationToken cancellationToken)
    {
        var type = TypeIn(form);
        var value = (IKubernetesObject)ApiJson.Deserialize(json.Span, type);
        if (resources.Find(form)?.Declaration is { } declaration && declaration.ObjectType == type && value is IKubernetesObject<V1ObjectMeta> item)
        {
            item.Metadata ??= new V1ObjectMeta();
            (item.ApiVersion, item.Kind) = (declaration.Kind.ApiVersion, declaration.Kind.Kind);
            declaration.Default(item);
        }

        Value = await ConvertAsync(value, form, own, cancellationToken).ConfigureAwait(false);
        await PrepareAsync(form, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<IKubernetesObject> ConvertAsync(IKubernetesObject value, GroupVersionResource from, GroupVersionResource to, CancellationToken cancellationToken)
    {
        if (from == to || value is not CustomObject item || Declaration(to) is not CustomResourceDeclaration { Revision.Converter: { } converter } form) { return Convert(value, from, to); }
        return form.Pruned((await converter.ConvertAsync([item], form.Kind.ApiVersion, cancellationToken).ConfigureAwait(false))[0]);
    }

    private IKubernetesObject Convert(IKubernetesObject value, GroupVersionResource from, GroupVersionResource to)
    {
        if (from == to || value is not IKubernetesObject<V1ObjectMeta> item || item.GetType() != Declaration(from).ObjectType) { return value; }
        return Declaration(to).FromStored(Declaration(from).ToStored(ApiJson.DeepCopy(item)));
    }

    private ResourceDeclaration Declaration(GroupVersionResource resource) => resources.Find(resource)!.Declaration;
}
