using System.Globalization;

namespace Orch.ApiServer.Proxying;

/// <summary>A port of a service.</summary>
internal readonly record struct ServicePlace(string Namespace, string Name, int Port)
{
    /// <summary>Its URL inside the cluster, which is also what its certificate has to be of.</summary>
    /// <param name="path">Null or empty for the root.</param>
    public string UrlOf(string? path) => string.Create(CultureInfo.InvariantCulture, $"https://{Name}.{Namespace}.svc:{Port}{(string.IsNullOrEmpty(path) ? "/" : path)}");
}
