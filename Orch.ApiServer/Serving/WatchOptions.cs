using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Serving;

/// <summary>What a client wants of a watch.</summary>
/// <param name="ResourceVersion">Empty: from the newest on.</param>
/// <param name="SendsInitial">Whether what is there comes first, as events.</param>
/// <param name="AllowsBookmarks">Whether bookmarks may be sent.</param>
internal readonly record struct WatchOptions(string ResourceVersion, bool SendsInitial, bool AllowsBookmarks)
{
    private static readonly GroupVersionKind Kind = new("meta.k8s.io", "v1", "ListOptions");

    /// <summary>Reads and checks the query.</summary>
    /// <remarks>As in apimachinery's <c>SetListOptionsDefaults</c> and <c>ValidateListOptions</c>: a watch from nowhere in particular begins with what is there.</remarks>
    /// <exception cref="Client.ApiException">422: a contradiction.</exception>
    public static WatchOptions Read(IQueryCollection query)
    {
        var version = QueryOptions.Text(query, "resourceVersion");
        var match = QueryOptions.Text(query, "resourceVersionMatch");
        var isGiven = query.ContainsKey("sendInitialEvents");
        if (isGiven || match.Length > 0) { Check(match, isGiven, query); }
        var sendsInitial = isGiven ? QueryOptions.Flag(query, "sendInitialEvents") : version is "" or "0";
        return new WatchOptions(version, sendsInitial, QueryOptions.Flag(query, "allowWatchBookmarks"));
    }

    private static void Check(string match, bool isGiven, IQueryCollection query)
    {
        var errors = new FieldErrors();
        var path = FieldPath.Of("resourceVersionMatch");
        if (isGiven && match != "NotOlderThan") { errors.Forbidden(path, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"); }
        if (match.Length > 0)
        {
            if (!isGiven) { errors.Forbidden(path, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"); }
            if (match != "NotOlderThan") { errors.NotSupported(path, match, "NotOlderThan"); }
            if (QueryOptions.Text(query, "continue").Length > 0) { errors.Forbidden(path, "resourceVersionMatch is forbidden when continue is provided"); }
        }

        if (errors.Count > 0) { throw ApiErrors.Invalid(Kind, string.Empty, errors); }
    }
}
