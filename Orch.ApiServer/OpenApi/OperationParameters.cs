using Orch.ApiServer.Json;

namespace Orch.ApiServer.OpenApi;

/// <summary>The parameters of operations.</summary>
internal static class OperationParameters
{
    private static readonly (string Name, string Type, string Text)[] Known =
    [
        ("allowWatchBookmarks", "boolean", "Asks a watch to send bookmarks."),
        ("continue", "string", "Where the previous page ended."),
        ("dryRun", "string", "With the value All everything is checked and nothing stored."),
        ("fieldManager", "string", "Name of the actor that makes the change."),
        ("fieldSelector", "string", "Restricts by fields; empty selects all."),
        ("fieldValidation", "string", "What to do about unknown and duplicate fields: Ignore, Warn (the default) or Strict."),
        ("force", "boolean", "Takes over fields that other managers own; for apply only."),
        ("gracePeriodSeconds", "integer", "Seconds until the object is gone; zero deletes at once."),
        ("ignoreStoreReadErrorWithClusterBreakingPotential", "boolean", "Removes an object that cannot be read, without a look at its finalizers; takes no other option."),
        ("labelSelector", "string", "Restricts by labels; empty selects all."),
        ("limit", "integer", "The most items of a page."),
        ("orphanDependents", "boolean", "Superseded by propagationPolicy."),
        ("propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground."),
        ("resourceVersion", "string", "How fresh the answer must be, or where a watch begins."),
        ("resourceVersionMatch", "string", "How resourceVersion is meant: Exact or NotOlderThan."),
        ("sendInitialEvents", "boolean", "Begins a watch with all that exists, then a bookmark."),
        ("timeoutSeconds", "integer", "Ends a list or watch after so many seconds."),
        ("watch", "boolean", "Streams changes instead of answering once."),
        ("command", "string", "What to run, a part a parameter."),
        ("container", "string", "Which container; the pod's only one by default."),
        ("follow", "boolean", "Goes on with what is logged later."),
        ("insecureSkipTLSVerifyBackend", "boolean", "Does not ask who the node agent is."),
        ("limitBytes", "integer", "The most bytes of the answer."),
        ("path", "string", "What to ask the other side for."),
        ("ports", "integer", "Which ports to forward."),
        ("previous", "boolean", "Of the container that ran before."),
        ("sinceSeconds", "integer", "No lines older than so many seconds."),
        ("stderr", "boolean", "With what is written to standard error."),
        ("stdin", "boolean", "With standard input."),
        ("stdout", "boolean", "With what is written to standard output."),
        ("stream", "string", "All, Stdout or Stderr."),
        ("tailLines", "integer", "So many lines from the end."),
        ("timestamps", "boolean", "Each line with its time."),
        ("tty", "boolean", "On a terminal."),
    ];

    private static readonly string[] ListNames =
        ["continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch", "sendInitialEvents", "timeoutSeconds"];

    /// <summary>The names of the query parameters of an action.</summary>
    public static string[] Of(string action) => action switch
    {
        "list" or "watch" or "watchlist" => ["allowWatchBookmarks", .. ListNames, "watch"],
        "deletecollection" => [.. ListNames, "dryRun", "gracePeriodSeconds", "ignoreStoreReadErrorWithClusterBreakingPotential", "orphanDependents", "propagationPolicy"],
        "delete" => ["dryRun", "gracePeriodSeconds", "ignoreStoreReadErrorWithClusterBreakingPotential", "orphanDependents", "propagationPolicy"],
        "post" or "put" => ["dryRun", "fieldManager", "fieldValidation"],
        "patch" => ["dryRun", "fieldManager", "fieldValidation", "force"],
        _ => [],
    };

    /// <summary>A query parameter.</summary>
    public static JsonMap Query(Dialect dialect, string name)
    {
        var (_, type, text) = Array.Find(Known, item => item.Name == name);
        return Make(dialect, name, "query", type, text, required: false);
    }

    /// <summary>The parameters that all operations of a path have.</summary>
    public static JsonList OfPath(Dialect dialect, string path)
    {
        var list = new JsonList();
        if (path.Contains("{name}", StringComparison.Ordinal)) { list.Add(Make(dialect, "name", "path", "string", "Name of the object.", required: true)); }
        if (path.Contains("{namespace}", StringComparison.Ordinal)) { list.Add(Make(dialect, "namespace", "path", "string", "Namespace of the object.", required: true)); }
        list.Add(Make(dialect, "pretty", "query", "string", "With true the answer is indented.", required: false));
        return list;
    }

    /// <summary>The parameters of a stream's path.</summary>
    public static JsonList OfStream(Dialect dialect, string path, string subresource)
    {
        var list = OfPath(dialect, path);
        if (path.EndsWith("{path}", StringComparison.Ordinal)) { list.Add(Make(dialect, "path", "path", "string", "The rest of the path.", required: true)); }
        string[] names = subresource switch
        {
            "log" => ["container", "follow", "insecureSkipTLSVerifyBackend", "limitBytes", "previous", "sinceSeconds", "stream", "tailLines", "timestamps"],
            "exec" => ["command", "container", "stderr", "stdin", "stdout", "tty"],
            "attach" => ["container", "stderr", "stdin", "stdout", "tty"],
            "portforward" => ["ports"],
            _ => ["path"],
        };
        if (subresource != "log") { list.RemoveAll(static item => item is JsonMap map && Equals(map["name"], "pretty")); }
        foreach (var name in names) { list.Add(Query(dialect, name)); }
        return list;
    }

    private static JsonMap Make(Dialect dialect, string name, string place, string type, string text, bool required)
    {
        var map = new JsonMap { ["description"] = text, ["in"] = place, ["name"] = name };
        if (required) { map["required"] = true; }
        if (dialect == Dialect.V2) { map["type"] = type; }
        else { map["schema"] = new JsonMap { ["type"] = type, ["uniqueItems"] = true }; }
        if (dialect == Dialect.V2) { map["uniqueItems"] = true; }
        return map;
    }
}
