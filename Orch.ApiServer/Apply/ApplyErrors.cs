using System.Globalization;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Apply;

/// <summary>Refusals of server-side apply, in upstream's words.</summary>
internal static class ApplyErrors
{
    /// <summary>Other managers own what would change, 409.</summary>
    /// <param name="conflicts">Managers with at least one path each.</param>
    public static ApiException Conflict(IEnumerable<(V1ManagedFieldsEntry Owner, IReadOnlyList<string> Paths)> conflicts)
    {
        var all = conflicts.OrderBy(static item => $"{item.Owner.Manager}\n{item.Owner.Operation}\n{item.Owner.ApiVersion}\n{item.Owner.Subresource}", StringComparer.Ordinal).ToList();
        var causes = all.SelectMany(static item => item.Paths.Select(path => new V1StatusCause { Reason = "FieldManagerConflict", Message = $"conflict with {NameOf(item.Owner)}", Field = path })).ToList();
        var message = causes.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {NameOf(all[0].Owner)}: {all[0].Paths[0]}"
            : string.Create(CultureInfo.InvariantCulture, $"Apply failed with {causes.Count} conflicts: ")
                + string.Join('\n', all.SelectMany(static item => item.Paths.Select(static path => $"- {path}").Prepend($"conflicts with {NameOf(item.Owner)}:")));
        return Make(409, StatusReasons.Conflict, message, new V1StatusDetails { Causes = causes });
    }

    /// <summary>The server cannot make sense of the object; upstream answers 500 without a reason.</summary>
    public static ApiException Failed(string message) => Make(500, null, message, null);

    private static string NameOf(V1ManagedFieldsEntry owner)
    {
        var name = $"\"{owner.Manager}\"";
        if (!string.IsNullOrEmpty(owner.Subresource)) { name += $" with subresource \"{owner.Subresource}\""; }
        return owner.Operation == ManagedEntries.Update ? $"{name} using {owner.ApiVersion}" : name;
    }

    private static ApiException Make(int code, string? reason, string message, V1StatusDetails? details)
        => new(new V1Status
        {
            ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure", Code = code, Reason = reason, Message = message, Details = details,
        });
}
