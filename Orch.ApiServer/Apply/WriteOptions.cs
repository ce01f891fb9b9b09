using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Apply;

/// <summary>What a write's query says about field managers.</summary>
internal static class WriteOptions
{
    /// <summary>The field manager: the query's, else the client's name.</summary>
    public static string Manager(HttpRequest request)
    {
        if (request.QueryString.HasValue && QueryOptions.Text(request.Query, "fieldManager") is { Length: > 0 } name) { return name; }
        return ManagerName.OfUserAgent(request.Headers.UserAgent.ToString());
    }

    /// <summary>Refuses a field manager's name, or a <c>force</c>, that does not fit.</summary>
    /// <param name="optionsKind">Such as <c>CreateOptions</c>.</param>
    /// <exception cref="ApiException">422.</exception>
    public static void Check(IQueryCollection query, string optionsKind, bool isApply = false)
    {
        if (query.Count == 0 && !isApply) { return; }
        var errors = new FieldErrors();
        var manager = QueryOptions.Text(query, "fieldManager");
        if (!isApply && optionsKind == "PatchOptions" && query.ContainsKey("force")) { errors.Forbidden(FieldPath.Of("force"), "may not be specified for non-apply patch"); }
        if (isApply && manager.Length == 0) { errors.Required(FieldPath.Of("fieldManager"), "is required for apply patch"); }
        CheckName(manager, errors);
        // Upstream tells of all that is wrong at once.
        if (query.TryGetValue("dryRun", out var dryRun) && dryRun.Any(static value => value != "All")) { errors.NotSupported(FieldPath.Of("dryRun"), dryRun.ToList(), "All"); }
        if (QueryOptions.Text(query, "fieldValidation") is { } validation and not ("" or "Warn" or "Ignore" or "Strict"))
        {
            errors.NotSupported(FieldPath.Of("fieldValidation"), validation, "", "Ignore", "Strict", "Warn");
        }

        if (errors.Count > 0) { throw ApiErrors.Invalid(new GroupVersionKind("meta.k8s.io", "v1", optionsKind), string.Empty, errors); }
    }

    /// <summary>Refuses an apply without a fitting field manager.</summary>
    /// <exception cref="ApiException">422.</exception>
    public static void CheckApply(string manager)
    {
        var errors = new FieldErrors();
        if (manager.Length == 0) { errors.Required(FieldPath.Of("fieldManager"), "is required for apply patch"); }
        CheckName(manager, errors);
        if (errors.Count > 0) { throw ApiErrors.Invalid(new GroupVersionKind("meta.k8s.io", "v1", "PatchOptions"), string.Empty, errors); }
    }

    private static void CheckName(string manager, FieldErrors errors)
    {
        var path = FieldPath.Of("fieldManager");
        if (Encoding.UTF8.GetByteCount(manager) > ManagerName.MaxBytes) { errors.TooLong(path, ManagerName.MaxBytes); }
        var position = 0;
        foreach (var rune in manager.EnumerateRunes())
        {
            if (!ManagerName.IsPrintable(rune))
            {
                errors.Invalid(path, manager, string.Create(CultureInfo.InvariantCulture, $"invalid character U+{rune.Value:X4} (at position {position})"));
            }

            position += rune.Utf8SequenceLength;
        }
    }
}
