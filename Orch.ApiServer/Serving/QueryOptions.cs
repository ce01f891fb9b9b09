using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Tables;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Serving;

/// <summary>Reads the query parameters that upstream knows.</summary>
internal static class QueryOptions
{
    /// <summary>A flag: present and not <c>0</c> or <c>false</c>, as upstream converts booleans.</summary>
    public static bool Flag(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var values)) { return false; }
        var text = values.Count == 0 ? string.Empty : values[0] ?? string.Empty;
        return text is not ("0" or "false" or "False" or "FALSE");
    }

    /// <summary>A text; empty when absent.</summary>
    public static string Text(IQueryCollection query, string name)
        => query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? string.Empty : string.Empty;

    /// <summary>A whole number; 0 when absent.</summary>
    /// <exception cref="Client.ApiException">400: it is none.</exception>
    public static long Number(IQueryCollection query, string name)
    {
        var text = Text(query, name);
        if (text.Length == 0) { return 0; }
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    /// <summary>The request's <c>dryRun</c>.</summary>
    /// <exception cref="Client.ApiException">422: not <c>All</c>.</exception>
    public static bool DryRun(IQueryCollection query, string optionsKind)
    {
        if (!query.TryGetValue("dryRun", out var values) || values.Count == 0) { return false; }
        CheckDryRun(values!, optionsKind);
        return true;
    }

    /// <summary>Refuses anything but <c>All</c>.</summary>
    /// <exception cref="Client.ApiException">422.</exception>
    public static void CheckDryRun(IEnumerable<string> values, string optionsKind)
    {
        if (values.All(static value => value == "All")) { return; }
        var errors = new FieldErrors();
        errors.NotSupported(FieldPath.Of("dryRun"), values.ToList(), "All");
        throw Invalid(optionsKind, errors);
    }

    /// <summary>The request's <c>fieldValidation</c>.</summary>
    /// <exception cref="Client.ApiException">422: not one of the three.</exception>
    public static FieldValidation FieldValidation(IQueryCollection query, string optionsKind)
    {
        switch (Text(query, "fieldValidation"))
        {
            case "" or "Warn": return Decoding.FieldValidation.Warn;
            case "Ignore": return Decoding.FieldValidation.Ignore;
            case "Strict": return Decoding.FieldValidation.Strict;
            case var other:
                var errors = new FieldErrors();
                errors.NotSupported(FieldPath.Of("fieldValidation"), other, "", "Ignore", "Strict", "Warn");
                throw Invalid(optionsKind, errors);
        }
    }

    /// <summary>The request's <c>includeObject</c>.</summary>
    /// <exception cref="Client.ApiException">400.</exception>
    public static TableObjects IncludeObject(IQueryCollection query) => Text(query, "includeObject") switch
    {
        "" or "Metadata" => TableObjects.Metadata,
        "None" => TableObjects.None,
        "Object" => TableObjects.Object,
        var other => throw ApiErrors.BadRequest($"Invalid value: \"{other}\": must be 'Metadata', 'Object', 'None', or empty"),
    };

    private static Client.ApiException Invalid(string optionsKind, FieldErrors errors)
        => ApiErrors.Invalid(new GroupVersionKind("meta.k8s.io", "v1", optionsKind), string.Empty, errors);
}
