using System.Text;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Follows a path of fields through a schema, as apiextensions reads it: <c>.spec.a</c>, and <c>['b.c']</c> where brackets may stand.</summary>
internal static class SchemaRoute
{
    private const string NoField = "does not refer to a valid field";

    /// <summary>The schema at the end of the path, and the path as faults show it; null with a fault when there is none.</summary>
    public static Found? Find(string path, JsonMap schema, out string fault, bool takesBrackets = true)
    {
        fault = string.Empty;
        var (at, shown, root) = (schema, new StringBuilder(), string.Empty);
        var tokens = new Tokens(path);
        while (tokens.Next() is { } token)
        {
            string? name;
            if (token == "[")
            {
                if (!takesBrackets) { fault = "array notation is not allowed"; return null; }
                if (tokens.Next() is not { } quoted) { fault = "unexpected end of JSON path"; return null; }
                if (quoted.Length < 2 || quoted[0] != '\'' || quoted[^1] != '\'') { fault = $"expected single quoted string but got {quoted}"; return null; }
                if (Unescape(quoted[1..^1], out var letter) is not { } text) { fault = $"invalid string literal: invalid escape char {letter}"; return null; }
                name = text;
            }
            else if (token == ".")
            {
                if (tokens.Next() is not { } text) { fault = "unexpected end of JSON path"; return null; }
                name = text;
            }
            else { fault = $"expected [ or . but got: {token}"; return null; }

            var properties = SchemaCompiler.Map(at, "properties");
            var isProperty = properties.Count > 0;
            if ((isProperty ? properties.GetValueOrDefault(name) : at.GetValueOrDefault("additionalProperties")) is not JsonMap below) { fault = NoField; return null; }
            at = below;
            if (shown.Length == 0) { root = name; }
            if (!isProperty) { shown.Append('[').Append(name).Append(']'); }
            else { shown.Append(shown.Length == 0 ? string.Empty : ".").Append(name); }
            if (token != "[") { continue; }
            if (tokens.Next() is not { } end) { fault = "unexpected end of JSON path"; return null; }
            if (end != "]") { fault = $"expected ] but got {end}"; return null; }
        }

        return new Found(at, shown.ToString(), root);
    }

    private static string? Unescape(string text, out string fault)
    {
        fault = string.Empty;
        var result = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\' || index + 1 == text.Length) { result.Append(text[index]); continue; }
            var letter = text[++index] switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', '\'' => '\'', '\\' => '\\', _ => '\0' };
            if (letter == '\0') { fault = $"\\{text[index]}"; return null; }
            result.Append(letter);
        }

        return result.ToString();
    }

    /// <summary>Where a path leads.</summary>
    /// <param name="Schema">Of the place.</param>
    /// <param name="Path">As faults show it; keys of maps stand in brackets.</param>
    /// <param name="Root">The first name.</param>
    internal readonly record struct Found(JsonMap Schema, string Path, string Root);

    // Dots and brackets are tokens of their own, and so is all between them; quotes keep what they hold together.
    private struct Tokens(string text)
    {
        private int _at;

        public string? Next()
        {
            if (_at >= text.Length) { return null; }
            var start = _at;
            if (text[start] == '\'')
            {
                for (var index = start + 1; index < text.Length; index++)
                {
                    if (text[index] == '\'' && text[index - 1] != '\\') { _at = index + 1; return text[start.._at]; }
                }

                _at = text.Length;
                return text[start..];
            }

            var end = text.AsSpan(start).IndexOfAny('.', '[', ']');
            _at = end < 0 ? text.Length : start + Math.Max(1, end);
            return text[start.._at];
        }
    }
}
