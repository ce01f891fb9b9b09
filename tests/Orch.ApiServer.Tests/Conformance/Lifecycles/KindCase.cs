using System.Text.Json.Nodes;

namespace Orch.ApiServer.Tests.Conformance.Lifecycles;

/// <summary>One kind, as a lifecycle needs to know it.</summary>
/// <param name="Path">Where its objects are, in the namespace <c>default</c> if they have one.</param>
/// <param name="Kind">Its name.</param>
/// <param name="Template">An object without name and labels; <c>{n}</c> is another number in each.</param>
internal sealed record KindCase(string Path, string Kind, string Template)
{
    /// <summary>What its status may be; null for a kind without that subresource.</summary>
    public string? Status { get; init; }

    /// <summary>Of a new object; null for kinds that do not count.</summary>
    public long? Generation { get; init; }

    /// <summary>After two changes of annotations, where those count.</summary>
    public long? GenerationAfterAnnotations { get; init; }

    /// <summary>Whether a delete is answered by the object.</summary>
    public bool AnswersWithObject { get; init; }

    /// <summary>Whether a status update leaves labels and annotations alone.</summary>
    public bool StatusKeepsMetadata { get; init; }

    /// <summary>The body of deletes.</summary>
    public string? DeleteOptions { get; init; }

    public string Group => Path.StartsWith("/api/", StringComparison.Ordinal) ? string.Empty : Path.Split('/')[2];

    public string Version => Group.Length == 0 ? "v1" : Path.Split('/')[3];

    public string GroupVersion => Group.Length == 0 ? "v1" : $"{Group}/{Version}";

    public string GroupVersionPath => Group.Length == 0 ? "/api/v1" : $"/apis/{GroupVersion}";

    public string Plural => Path[(Path.LastIndexOf('/') + 1)..];

    public string GroupResource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string? AllNamespaces => Path.Contains("/namespaces/default/", StringComparison.Ordinal) ? Path.Replace("/namespaces/default", string.Empty, StringComparison.Ordinal) : null;

    public JsonObject Body(int index) => (JsonObject)JsonNode.Parse(Template.Replace("{n}", index.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal))!;
}
