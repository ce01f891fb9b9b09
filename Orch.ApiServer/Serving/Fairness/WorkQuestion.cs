namespace Orch.ApiServer.Serving.Fairness;

/// <summary>What of a request decides how much work it is.</summary>
/// <param name="Info">What it is about.</param>
internal readonly record struct WorkQuestion(RequestInfo Info)
{
    /// <summary>Whether labels or fields select.</summary>
    public bool IsSelected { get; init; }

    /// <summary>Whether one name is asked for by a field selector.</summary>
    public bool IsOfOne { get; init; }

    /// <summary>Objects of a page; 0 for all.</summary>
    public long Limit { get; init; }

    /// <summary>Whether a watch begins with what is there.</summary>
    public bool SendsInitial { get; init; }

    /// <summary>The question of a request from the wire.</summary>
    /// <exception cref="Client.ApiException">400: a limit that is no number.</exception>
    public static WorkQuestion Of(ApiRequest request)
    {
        var info = request.Info;
        if (info.Verb is not ("list" or "watch") || !request.Http.Request.QueryString.HasValue) { return new WorkQuestion(info); }
        var fields = QueryOptions.Text(request.Query, "fieldSelector");
        return new WorkQuestion(info)
        {
            IsSelected = fields.Length > 0 || QueryOptions.Text(request.Query, "labelSelector").Length > 0,
            IsOfOne = IsName(fields),
            Limit = QueryOptions.Number(request.Query, "limit"),
            SendsInitial = info.Verb == "watch" && QueryOptions.Flag(request.Query, "sendInitialEvents"),
        };
    }

    /// <summary>Whether a field selector asks for one name.</summary>
    public static bool IsName(string fieldSelector) => fieldSelector.Contains("metadata.name=", StringComparison.Ordinal);
}
