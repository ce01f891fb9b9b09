using System.Collections;
using System.Globalization;
using System.Text.Json;
using k8s.Models;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Validation;

/// <summary>Collects the faults of an object, each worded as upstream words it.</summary>
/// <remarks>Types and wording as in apimachinery's <c>field.Error</c>.</remarks>
public sealed class FieldErrors : IReadOnlyList<FieldError>
{
    private readonly List<FieldError> _errors = [];
    private List<string>? _warnings;

    /// <inheritdoc />
    public int Count => _errors.Count;

    /// <inheritdoc />
    public FieldError this[int index] => _errors[index];

    /// <summary>A value that must be given is not: <c>spec.x: Required value: detail</c>.</summary>
    public void Required(FieldPath path, string detail = "") => Add(path, "FieldValueRequired", "Required value", detail);

    /// <summary>A value breaks a rule: <c>spec.x: Invalid value: "v": detail</c>.</summary>
    public void Invalid(FieldPath path, object? value, string detail) => Add(path, "FieldValueInvalid", $"Invalid value: {Show(value)}", detail);

    /// <summary>A part breaks a rule and is not shown: <c>status.conditions: Invalid value: detail</c>.</summary>
    internal void InvalidPart(FieldPath path, string detail) => Add(path, "FieldValueInvalid", "Invalid value", detail);

    /// <summary>A value is not one of a fixed set.</summary>
    public void NotSupported(FieldPath path, object? value, params IReadOnlyList<string> supported)
        => Add(path, "FieldValueNotSupported", $"Unsupported value: {Show(value)}",
            supported.Count == 0 ? string.Empty : "supported values: " + string.Join(", ", supported.Select(GoText.Quote)));

    /// <summary>A value stands twice where it must be unique.</summary>
    public void Duplicate(FieldPath path, object? value, string detail = "") => Add(path, "FieldValueDuplicate", $"Duplicate value: {Show(value)}", detail);

    /// <summary>A part stands twice and is not shown: <c>spec.x: Duplicate value</c>.</summary>
    internal void DuplicatePart(FieldPath path) => Add(path, "FieldValueDuplicate", "Duplicate value", string.Empty);

    /// <summary>A value may not be given here: <c>spec.x: Forbidden: detail</c>.</summary>
    public void Forbidden(FieldPath path, string detail) => Add(path, "FieldValueForbidden", "Forbidden", detail);

    /// <summary>A text is over its limit in bytes.</summary>
    public void TooLong(FieldPath path, int maxLength)
        => Add(path, "FieldValueTooLong", "Too long", string.Create(CultureInfo.InvariantCulture, $"may not be more than {maxLength} byte{(maxLength == 1 ? string.Empty : "s")}"));

    /// <summary>A list or map has too many entries.</summary>
    public void TooMany(FieldPath path, int actual, int max)
        => Add(path, "FieldValueTooMany", string.Create(CultureInfo.InvariantCulture, $"Too many: {actual}"),
            string.Create(CultureInfo.InvariantCulture, $"must have at most {max} item{(max == 1 ? string.Empty : "s")}"));

    /// <summary>A value names something that does not exist.</summary>
    public void NotFound(FieldPath path, object? value, string detail = "") => Add(path, "FieldValueNotFound", $"Not found: {Show(value)}", detail);

    /// <summary>A value is of the wrong type.</summary>
    public void TypeInvalid(FieldPath path, object? value, string detail) => Add(path, "FieldValueTypeInvalid", $"Invalid value: {Show(value)}", detail);

    /// <summary>A rule could not be checked: <c>status.x: Internal error: detail</c>.</summary>
    internal void InternalFault(FieldPath path, string detail) => Add(path, "InternalError", "Internal error", detail);

    /// <summary>A text is shorter than it may be.</summary>
    internal void TooShort(FieldPath path, int minLength)
        => Add(path, "FieldValueTooShort", "Too short", string.Create(CultureInfo.InvariantCulture, $"must be at least {minLength} character{(minLength == 1 ? string.Empty : "s")}"));

    /// <summary>What the client is told without being refused for it.</summary>
    internal IReadOnlyList<string> Warnings => _warnings ?? (IReadOnlyList<string>)[];

    /// <summary>Tells the client without refusing.</summary>
    internal void Warn(string text) => (_warnings ??= []).Add(text);

    /// <summary>Adds what another look found.</summary>
    internal void AddRange(FieldErrors found) => _errors.AddRange(found._errors);

    /// <summary>Takes back what was found so far: one fault makes the others moot.</summary>
    internal void Clear() => _errors.Clear();

    /// <summary>As they stand in <c>Status.details.causes</c>.</summary>
    public IList<V1StatusCause> ToCauses()
        => [.. _errors.Select(error => new V1StatusCause { Reason = error.Reason, Message = error.Body, Field = error.Field })];

    /// <summary>One text: a single fault as it is, several as <c>[a, b]</c>.</summary>
    public override string ToString() => _errors.Count switch
    {
        0 => string.Empty,
        1 => _errors[0].ToString(),
        _ => $"[{string.Join(", ", _errors.Select(error => error.ToString()).Distinct())}]",
    };

    /// <inheritdoc />
    public IEnumerator<FieldError> GetEnumerator() => _errors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Show(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        int or long or double => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        string text => GoText.Quote(text),
        IntOrString either => !either.IsQuoted() && int.TryParse(either.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : GoText.Quote(either.Value ?? string.Empty),
        ShownAs shown => shown.Text,
        ResourceQuantity quantity => GoText.Quote(Quantities.Format(quantity)),
        IDictionary<string, string> map => JsonSerializer.Serialize(new SortedDictionary<string, string>(map, StringComparer.Ordinal), ApiJson.Options),
        _ => GoForm.Of(value) ?? JsonSerializer.Serialize(value, ApiJson.Options),
    };

    private void Add(FieldPath path, string reason, string body, string detail)
        => _errors.Add(new FieldError(path.ToString(), reason, detail.Length == 0 ? body : $"{body}: {detail}"));
}

/// <summary>One fault.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Reason">Machine-readable, such as <c>FieldValueInvalid</c>.</param>
/// <param name="Body">The text without the path.</param>
public sealed record FieldError(string Field, string Reason, string Body)
{
    /// <summary><c>path: text</c>.</summary>
    public override string ToString() => $"{Field}: {Body}";
}
