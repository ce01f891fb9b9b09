using Orch.ApiServer.Registry;
using Orch.Storage;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>How many seats a request takes: one, or more for a list of many objects.</summary>
internal sealed class WorkEstimate(ServedResources resources)
{
    private const int ObjectsPerSeat = 100;
    private const int MostSeats = 10;

    /// <param name="most">What the level allows one request.</param>
    public int SeatsOf(ApiRequest request, int most)
    {
        var info = request.Info;
        if (info.Verb is not ("list" or "watch") || !info.IsResource || info.Name.Length > 0) { return 1; }
        if (info.Verb == "watch" && !QueryOptions.Flag(request.Query, "sendInitialEvents")) { return 1; }
        if (resources.Find(info.GroupVersionResource) is not { } resource) { return 1; }
        var objects = resource.Cache.Snapshot.Objects;
        long count = info.Namespace.Length == 0 || !resource.IsNamespaced ? objects.Count : CountIn(resource, info.Namespace);
        if (request.Http.Request.QueryString.HasValue)
        {
            if (QueryOptions.Text(request.Query, "fieldSelector").Contains("metadata.name=", StringComparison.Ordinal)) { return 1; }
            var limit = QueryOptions.Number(request.Query, "limit");
            if (limit > 0) { count = Math.Min(count, limit); }
        }

        return (int)Math.Clamp((count + ObjectsPerSeat - 1) / ObjectsPerSeat, 1, Math.Max(1, Math.Min(most, MostSeats)));
    }

    private static int CountIn(ServedResource resource, string namespaceName)
    {
        var prefix = resource.PrefixOf(namespaceName);
        return resource.Cache.Snapshot.Objects.CountRange(prefix, RangeRequest.PrefixEnd(prefix));
    }
}
