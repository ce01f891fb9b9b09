using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>Kubernetes' named formats: <c>format.dns1123Label().validate(x)</c>.</summary>
internal static class FormatLibrary
{
    public const string TypeName = "kubernetes.NamedFormat";

    // What upstream takes for a pattern's length and for a name's, where it does not know the format.
    public const int EstimatedPatternSize = 128;
    public const ulong MaxSize = 64;
    private const int MaxPatternSize = 170;

    private static readonly Dictionary<string, CelNamedFormat> Formats = new(StringComparer.Ordinal)
    {
        ["dns1123Label"] = new("DNS1123Label", 30, text => Names.Dns1123Label(text)),
        ["dns1123Subdomain"] = new("DNS1123Subdomain", 60, text => Names.Dns1123Subdomain(text)),
        ["dns1035Label"] = new("DNS1035Label", 30, text => Names.Dns1035Label(text)),
        ["qualifiedName"] = new("QualifiedName", 60, text => Names.QualifiedName(text)),
        ["dns1123LabelPrefix"] = new("DNS1123LabelPrefix", 30, text => Names.Dns1123Label(Names.MaskTrailingDash(text))),
        ["dns1123SubdomainPrefix"] = new("DNS1123SubdomainPrefix", 60, text => Names.Dns1123Subdomain(Names.MaskTrailingDash(text))),
        ["dns1035LabelPrefix"] = new("DNS1035LabelPrefix", 30, text => Names.Dns1035Label(Names.MaskTrailingDash(text))),
        ["labelValue"] = new("LabelValue", 40, text => Names.LabelValue(text)),
        ["uri"] = new("URI", MaxPatternSize, text => CelUrl.Parse(text, out var fault) is null ? [fault["URL parse error during conversion from string: ".Length..]] : []),
        ["uuid"] = new("UUID", 140, text => Names.IsUuid(text) ? [] : ["does not match the UUID format"]),
        ["byte"] = new("Byte", MaxPatternSize, text => Names.IsBase64(text) ? [] : ["invalid base64"]),
        ["date"] = new("Date", 40, text => text.Length == 10 && CelTime.TryParseTimestamp(text + "T00:00:00Z", out _, out _) ? [] : ["invalid date"]),
        ["datetime"] = new("DateTime", 60, text => CelTime.TryParseTimestamp(text, out _, out _) ? [] : ["invalid datetime"]),
    };

    public static List<CelOverload> Overloads()
    {
        var all = new List<CelOverload>
        {
            CelOverload.Create("format.named", "(string) optional_type<kubernetes.NamedFormat>",
                (in CelValue name) => Formats.TryGetValue(name.AsString(), out var format) ? CelValue.FromOptional(CelValue.FromOpaque(format)) : CelValue.NoValue),
            CelOverload.Create("validate", ".(kubernetes.NamedFormat, string) optional_type<list<string>>", Validate) with { Cost = CostModel.Validate },
        };
        foreach (var (name, format) in Formats)
        {
            all.Add(CelOverload.Create("format." + name, "() kubernetes.NamedFormat", (ReadOnlySpan<CelValue> _) => CelValue.FromOpaque(format)));
        }

        return all;
    }

    public static int PatternSize(in CelValue format) => format.AsOpaque() is CelNamedFormat named ? named.PatternSize : MaxPatternSize;

    private static CelValue Validate(in CelValue format, in CelValue text)
    {
        var faults = ((CelNamedFormat)format.AsOpaque()).Validate(text.AsString());
        return faults.Count == 0 ? CelValue.NoValue : CelValue.FromOptional(CelValue.FromList(CelList.Of([.. faults.Select(CelValue.FromString)])));
    }
}
