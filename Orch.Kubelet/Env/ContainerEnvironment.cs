using System.Text;
using k8s.Models;
using Orch.Kubelet.Containers;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet.Env;

/// <summary>Objects that a pod refers to.</summary>
internal interface IReferencedObjects
{
    /// <summary>Null: it does not exist.</summary>
    Task<V1ConfigMap?> FindConfigMapAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Null: it does not exist.</summary>
    Task<V1Secret?> FindSecretAsync(ObjectKey key, CancellationToken cancellationToken);
}

/// <summary>Everything besides the pod that variables are made of.</summary>
internal sealed record EnvironmentSources
{
    public required IReferencedObjects Objects { get; init; }

    /// <summary>All services of the cluster.</summary>
    public IReadOnlyCollection<V1Service> Services { get; init; } = [];

    /// <summary>For limits that a container does not set.</summary>
    public IReadOnlyDictionary<string, ResourceQuantity> Allocatable { get; init; } = new Dictionary<string, ResourceQuantity>();

    public IReadOnlyList<string> PodAddresses { get; init; } = [];

    public IReadOnlyList<string> HostAddresses { get; init; } = [];
}

/// <summary>Resolves a container's variables.</summary>
internal static class ContainerEnvironment
{
    /// <summary>In order; a later one of the same name has replaced the earlier.</summary>
    /// <exception cref="ContainerConfigException">A required config map, secret or key is missing.</exception>
    public static async Task<IReadOnlyList<EnvironmentVariable>> ResolveAsync(V1Pod pod, V1Container container, EnvironmentSources sources, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var values = new Dictionary<string, string>();
        void Set(string name, string value)
        {
            if (!values.ContainsKey(name)) { names.Add(name); }
            values[name] = value;
        }

        // Services come last in precedence, and may be referred to.
        var services = ServiceVariables.For(Visible(pod, sources.Services)).ToList();
        var lookup = new Dictionary<string, string>();
        foreach (var (name, value) in services) { lookup[name] = value; }

        foreach (var source in container.EnvFrom ?? [])
        {
            foreach (var (key, value) in await FromAsync(pod, source, sources, cancellationToken).ConfigureAwait(false))
            {
                Set(source.Prefix + key, value);
                lookup[source.Prefix + key] = value;
            }
        }

        foreach (var variable in container.Env ?? [])
        {
            var value = string.IsNullOrEmpty(variable.Value) && variable.ValueFrom is { } from
                ? await FromAsync(pod, container, from, sources, cancellationToken).ConfigureAwait(false)
                : Expansion.Expand(variable.Value ?? string.Empty, lookup);
            if (value is null) { continue; }
            Set(variable.Name, value);
            lookup[variable.Name] = value;
        }

        foreach (var (name, value) in services)
        {
            if (!values.ContainsKey(name)) { Set(name, value); }
        }

        return [.. names.Select(name => new EnvironmentVariable(name, values[name]))];
    }

    private static IEnumerable<V1Service> Visible(V1Pod pod, IReadOnlyCollection<V1Service> services)
    {
        var linksAll = pod.Spec.EnableServiceLinks ?? true;
        return services
            .Where(s => (s.Metadata.NamespaceProperty == "default" && s.Metadata.Name == "kubernetes")
                || (linksAll && s.Metadata.NamespaceProperty == pod.Metadata.NamespaceProperty))
            .GroupBy(static s => s.Metadata.Name)
            .Select(g => g.FirstOrDefault(s => s.Metadata.NamespaceProperty == pod.Metadata.NamespaceProperty && linksAll) ?? g.First())
            .OrderBy(static s => s.Metadata.Name, StringComparer.Ordinal);
    }

    private static async Task<IEnumerable<KeyValuePair<string, string>>> FromAsync(V1Pod pod, V1EnvFromSource source, EnvironmentSources sources, CancellationToken cancellationToken)
    {
        if (source.ConfigMapRef is { } mapRef)
        {
            var map = await sources.Objects.FindConfigMapAsync(new ObjectKey(pod.Metadata.NamespaceProperty, mapRef.Name), cancellationToken).ConfigureAwait(false);
            if (map is null)
            {
                return mapRef.Optional == true ? [] : throw new ContainerConfigException($"configmap \"{mapRef.Name}\" not found");
            }

            return (map.Data ?? new Dictionary<string, string>()).OrderBy(static p => p.Key, StringComparer.Ordinal);
        }

        if (source.SecretRef is { } secretRef)
        {
            var secret = await sources.Objects.FindSecretAsync(new ObjectKey(pod.Metadata.NamespaceProperty, secretRef.Name), cancellationToken).ConfigureAwait(false);
            if (secret is null)
            {
                return secretRef.Optional == true ? [] : throw new ContainerConfigException($"secret \"{secretRef.Name}\" not found");
            }

            return (secret.Data ?? new Dictionary<string, byte[]>()).OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => KeyValuePair.Create(p.Key, Encoding.UTF8.GetString(p.Value)));
        }

        return [];
    }

    private static async Task<string?> FromAsync(V1Pod pod, V1Container container, V1EnvVarSource from, EnvironmentSources sources, CancellationToken cancellationToken)
    {
        var inNamespace = pod.Metadata.NamespaceProperty;
        if (from.FieldRef is { } field) { return Field(pod, field.FieldPath, sources); }
        if (from.ResourceFieldRef is { } resource) { return PodFieldValues.Resource(PodFieldValues.ContainerOf(pod, resource, container), resource, sources.Allocatable); }
        if (from.ConfigMapKeyRef is { } mapKey)
        {
            var map = await sources.Objects.FindConfigMapAsync(new ObjectKey(inNamespace, mapKey.Name), cancellationToken).ConfigureAwait(false);
            if (map is null)
            {
                return mapKey.Optional == true ? null : throw new ContainerConfigException($"configmap \"{mapKey.Name}\" not found");
            }

            return map.Data is { } data && data.TryGetValue(mapKey.Key, out var value) ? value
                : mapKey.Optional == true ? null
                : throw new ContainerConfigException($"couldn't find key {mapKey.Key} in ConfigMap {inNamespace}/{mapKey.Name}");
        }

        if (from.SecretKeyRef is { } secretKey)
        {
            var secret = await sources.Objects.FindSecretAsync(new ObjectKey(inNamespace, secretKey.Name), cancellationToken).ConfigureAwait(false);
            if (secret is null)
            {
                return secretKey.Optional == true ? null : throw new ContainerConfigException($"secret \"{secretKey.Name}\" not found");
            }

            return secret.Data is { } data && data.TryGetValue(secretKey.Key, out var value) ? Encoding.UTF8.GetString(value)
                : secretKey.Optional == true ? null
                : throw new ContainerConfigException($"couldn't find key {secretKey.Key} in Secret {inNamespace}/{secretKey.Name}");
        }

        return string.Empty;
    }

    private static string Field(V1Pod pod, string path, EnvironmentSources sources) => path switch
    {
        "status.podIP" => First(sources.PodAddresses),
        "status.podIPs" => string.Join(',', sources.PodAddresses),
        "status.hostIP" => First(sources.HostAddresses),
        "status.hostIPs" => string.Join(',', sources.HostAddresses),
        _ => PodFieldValues.Field(pod, path),
    };

    private static string First(IReadOnlyList<string> addresses) => addresses.Count > 0 ? addresses[0] : string.Empty;
}
