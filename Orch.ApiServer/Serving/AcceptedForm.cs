using Orch.ApiServer.Errors;

namespace Orch.ApiServer.Serving;

/// <summary>The form in which a client wants objects.</summary>
internal enum ObjectForm
{
    /// <summary>As they are.</summary>
    Whole,

    /// <summary>As a <c>meta.k8s.io/v1 Table</c>.</summary>
    Table,

    /// <summary>As <c>PartialObjectMetadata</c> or its list.</summary>
    Metadata,
}

/// <summary>What to answer with, of all that the client accepts.</summary>
/// <param name="Form">Which object.</param>
/// <param name="IsYaml">YAML in place of JSON.</param>
internal readonly record struct AcceptedForm(ObjectForm Form, bool IsYaml)
{
    private const string Offered = "application/json, application/yaml, application/json;stream=watch";

    /// <summary>The content type of the answer.</summary>
    public string ContentType => IsYaml ? "application/yaml" : "application/json";

    /// <summary>Chooses: the first acceptable type wins.</summary>
    /// <param name="accept">The header's value.</param>
    /// <param name="convertible">Whether tables and metadata can be made of the answer.</param>
    /// <exception cref="Client.ApiException">406: nothing acceptable.</exception>
    public static AcceptedForm Choose(string accept, bool convertible)
    {
        if (accept.Length == 0 || accept is "application/json" or "*/*" or "application/json, */*") { return default; }
        var isUndefined = true;
        foreach (var range in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            isUndefined = false;
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var type = parts[0].ToLowerInvariant();
            var isYaml = type == "application/yaml";
            if (!isYaml && type is not ("application/json" or "*/*" or "application/*")) { continue; }
            var form = FormOf(parts.AsSpan(1));
            if (form is null || (form != ObjectForm.Whole && !convertible)) { continue; }
            return new AcceptedForm(form.Value, isYaml);
        }

        return isUndefined ? default : throw ApiErrors.NotAcceptable($"only the following media types are accepted: {Offered}");
    }

    private static ObjectForm? FormOf(ReadOnlySpan<string> parameters)
    {
        string form = string.Empty, group = string.Empty, version = string.Empty;
        foreach (var parameter in parameters)
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) { continue; }
            var value = parameter[(equals + 1)..].Trim('"');
            switch (parameter[..equals])
            {
                case "as": form = value; break;
                case "g": group = value; break;
                case "v": version = value; break;
                default: break;
            }
        }

        return (form, group, version) switch
        {
            ("", _, _) => ObjectForm.Whole,
            ("Table", "meta.k8s.io", "v1") => ObjectForm.Table,
            ("PartialObjectMetadata" or "PartialObjectMetadataList", "meta.k8s.io", "v1") => ObjectForm.Metadata,
            _ => null,
        };
    }
}
