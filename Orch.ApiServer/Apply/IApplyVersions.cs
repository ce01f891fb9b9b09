using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>The versions that managed fields of an object may be of.</summary>
internal interface IApplyVersions
{
    /// <summary>How objects of a version merge; null for one that is not served.</summary>
    MergeType? TypeOf(string apiVersion);

    /// <summary>An object in another served version; the argument stays as it is.</summary>
    /// <exception cref="Client.ApiException">500: it could not be converted.</exception>
    ValueTask<JsonMap> ConvertAsync(JsonMap value, string from, string to, CancellationToken cancellationToken);
}
