using k8s;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.Expressions;
using Orch.ApiServer.Json;
using Orch.ApiServer.Registry;
using Orch.Cel;
using Orch.Resources;
using Orch.Serialization;
using Orch.Storage;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Finds the objects that a binding gives to its policy as parameters.</summary>
internal static class PolicyParams
{
    private static readonly PolicyParam[] None = [new(CelValue.Null, string.Empty)];

    /// <summary>The resource of a policy's parameters; null for a policy without.</summary>
    /// <exception cref="PolicyFault">Nothing of that kind is served, whatever the bindings say.</exception>
    public static ServedResource? ResourceOf(ServedResources resources, V1ParamKind? kind) => kind is null ? null
        : resources.All.FirstOrDefault(item => item.Declaration.Kind.ApiVersion == kind.ApiVersion && item.Declaration.Kind.Kind == kind.Kind)
            ?? throw PolicyFault.OfPolicy($"failed to find resource referenced by paramKind: '{kind.ApiVersion}, Kind={kind.Kind}'");

    /// <summary>The parameters, one evaluation each; null stands for none.</summary>
    /// <param name="resource">Null for a policy without parameters.</param>
    /// <param name="namespaceName">Of the request; empty for cluster-scoped objects.</param>
    /// <exception cref="PolicyFault">They cannot be found.</exception>
    public static async ValueTask<IReadOnlyList<PolicyParam>> FindAsync(ServedResource? resource, V1ParamRef? reference, string namespaceName, CancellationToken cancellationToken)
    {
        if (resource is null || reference is null) { return None; }
        var place = string.Empty;
        if (resource.IsNamespaced)
        {
            place = !string.IsNullOrEmpty(reference.NamespaceProperty) ? reference.NamespaceProperty : namespaceName;
            if (place.Length == 0) { throw PolicyFault.OfBinding("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"); }
        }
        else if (!string.IsNullOrEmpty(reference.NamespaceProperty))
        {
            throw PolicyFault.OfBinding("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
        }

        List<CachedObject> found;
        try
        {
            found = string.IsNullOrEmpty(reference.Name) ? Select(resource, place, reference.Selector) : Named(resource, place, reference.Name);
            await ConversionAhead.PrepareAsync(resource, found, cancellationToken).ConfigureAwait(false);
        }
        catch (Client.ApiException exception)
        {
            throw PolicyFault.OfBinding(exception.Message);
        }

        if (found.Count == 0 && reference.ParameterNotFoundAction is not "Allow") { throw PolicyFault.OfBinding("no params found for policy binding with `Deny` parameterNotFoundAction"); }
        return found.ConvertAll(item => new PolicyParam(ValueOf(resource, item), item.Key));
    }

    private static List<CachedObject> Named(ServedResource resource, string place, string name)
    {
        var key = place.Length == 0 ? ObjectKey.Cluster(name) : new ObjectKey(place, name);
        return resource.Cache.Snapshot.Objects.Find(resource.KeyOf(key)) is { } found ? [found] : [];
    }

    private static List<CachedObject> Select(ServedResource resource, string place, V1LabelSelector? selector)
    {
        var found = new List<CachedObject>();
        LabelSelector labels;
        try
        {
            labels = selector is null ? LabelSelector.Everything : LabelSelector.From(selector);
        }
        catch (SelectorException exception)
        {
            throw PolicyFault.OfBinding(exception.Message);
        }

        var prefix = resource.PrefixOf(place);
        foreach (var item in resource.Cache.Snapshot.Objects.Range(prefix, RangeRequest.PrefixEnd(prefix)))
        {
            if (labels.Matches(item.Value.Metadata?.Labels)) { found.Add(item); }
        }

        return found;
    }

    private static CelValue ValueOf(ServedResource resource, CachedObject item)
    {
        var value = item.As(resource.Declaration).Value;
        return JsonTreeReader.Instance.ToValue(JsonTree.Read(ApiJson.Serialize(value, value.GetType())), CelType.Dyn);
    }
}
