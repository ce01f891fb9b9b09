using Orch.ApiServer.Errors;
using Orch.ApiServer.Protobuf;

namespace Orch.ApiServer.Serving;

/// <summary>The form in which a client wants objects.</summary>
internal enum ObjectForm
{
    /// <summary>As they are.</summary>
    Whole,

    /// <summary>As a <c>meta.k8s.io/v1 Table</c>.</summary>
    Table,

    /// <summary>As <c>PartialObjectMetadata</c>.</summary>
    Metadata,

    /// <summary>As <c>PartialObjectMetadataList</c>.</summary>
    MetadataList,
}

/// <summary>What to answer with, of all that the client accepts.</summary>
/// <param name="Form">Which object.</param>
/// <param name="IsYaml">YAML in place of JSON.</param>
internal readonly record struct AcceptedForm(ObjectForm Form, bool IsYaml)
{
    /// <summary>The media type of Kubernetes' protobuf encoding.</summary>
    public const string ProtobufType = "application/vnd.kubernetes.protobuf";

    /// <summary>Protobuf in place of JSON.</summary>
    public bool IsProtobuf { get; init; }

    /// <summary>Tables and metadata in <c>meta.k8s.io/v1beta1</c>, which differs in its name alone.</summary>
    public bool IsBeta { get; init; }

    /// <summary>The version of tables and metadata.</summary>
    public string MetaVersion => IsBeta ? "meta.k8s.io/v1beta1" : "meta.k8s.io/v1";

    /// <summary>JSON with line breaks, for people.</summary>
    public bool IsPretty { get; init; }

    /// <summary>Whether only metadata are wanted, of one or of many.</summary>
    public bool IsMetadata => Form is ObjectForm.Metadata or ObjectForm.MetadataList;

    /// <summary>The content type of the answer.</summary>
    public string ContentType => IsYaml ? "application/yaml" : IsProtobuf ? ProtobufType : "application/json";

    /// <summary>Chooses: of the acceptable types the one with the best quality wins, of equals the first.</summary>
    /// <param name="accept">The header's value.</param>
    /// <param name="convertible">Whether tables and metadata can be made of the answer.</param>
    /// <param name="model">The type of the answer where it may have a protobuf form.</param>
    /// <param name="tables">Whether tables can be made, if anything can.</param>
    /// <exception cref="Client.ApiException">406: nothing acceptable.</exception>
    public static AcceptedForm Choose(string accept, bool convertible, Type? model = null, bool tables = true)
    {
        if (accept.Length == 0 || accept is "application/json" or "*/*" or "application/json, */*") { return default; }
        var clauses = AcceptClause.Parse(accept);
        if (clauses.Count == 0) { return default; }
        foreach (var clause in clauses)
        {
            var isProtobuf = clause.Type == ProtobufType;
            if (isProtobuf ? model is null : clause.Type is not ("application/json" or "application/yaml" or "*/*" or "application/*")) { continue; }
            if (Read(clause, convertible, isProtobuf) is { } form && (tables || form.Form != ObjectForm.Table) && (!isProtobuf || form.IsMetadata || ProtobufModels.Find(model!) is not null)) { return form; }
        }

        throw ApiErrors.NotAcceptable(
            $"only the following media types are accepted: application/json, application/yaml{(model is not null && (convertible || ProtobufModels.Find(model) is not null) ? ", " + ProtobufType : string.Empty)}");
    }

    private static AcceptedForm? Read(AcceptClause clause, bool convertible, bool isProtobuf)
    {
        string kind = string.Empty, group = string.Empty, version = string.Empty;
        bool isConverted = false, isPretty = false;
        foreach (var (name, value) in clause.Parameters)
        {
            switch (name)
            {
                case "as": (kind, isConverted) = (value, true); break;
                case "g": (group, isConverted) = (value, true); break;
                case "v": (version, isConverted) = (value, true); break;
                case "stream" when value is not ("" or "watch"): return null;
                case "sv" when value.Length > 0: return null;
                case "pretty": isPretty = value == "1"; break;
                default: break;
            }
        }

        var form = ObjectForm.Whole;
        if (isConverted)
        {
            if (!convertible || (group, version) is not ("meta.k8s.io", "v1" or "v1beta1")) { return null; }
            switch (kind)
            {
                // Upstream has no protobuf form of tables.
                case "Table" when !isProtobuf: form = ObjectForm.Table; break;
                case "PartialObjectMetadata": form = ObjectForm.Metadata; break;
                case "PartialObjectMetadataList": form = ObjectForm.MetadataList; break;
                default: return null;
            }
        }

        return new AcceptedForm(form, clause.Type == "application/yaml") { IsProtobuf = isProtobuf, IsPretty = isPretty, IsBeta = isConverted && version == "v1beta1" };
    }
}
