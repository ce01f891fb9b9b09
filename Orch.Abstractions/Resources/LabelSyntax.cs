using System.Text.RegularExpressions;

namespace Orch.Resources;

/// <summary>What label keys, label values and names may look like, with upstream's wording of what is wrong.</summary>
public static partial class LabelSyntax
{
    private const string QualifiedName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string LabelValue = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
    private const string Subdomain = @"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    private const string Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string NameRule = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + QualifiedName + "')";
    private const string ValueRule = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '" + LabelValue + "')";
    private const string SubdomainRule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'example.com', regex used for validation is '" + Subdomain + "')";
    private const string LabelRule = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
        + " (e.g. 'my-name',  or '123-abc', regex used for validation is '" + Label + "')";

    /// <summary>What is wrong with a label, annotation or taint key; empty when it is well formed.</summary>
    public static IReadOnlyList<string> KeyFaults(string key)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            return [$"a valid label key {NameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        }

        var faults = new List<string>();
        if (parts.Length == 2)
        {
            if (parts[0].Length == 0) { faults.Add("prefix part must be non-empty"); }
            else { faults.AddRange(SubdomainFaults(parts[0]).Select(static fault => "prefix part " + fault)); }
        }

        var name = parts[^1];
        if (name.Length == 0) { faults.Add("name part must be non-empty"); }
        else if (name.Length > 63) { faults.Add("name part must be no more than 63 bytes"); }
        if (!QualifiedNameRegex().IsMatch(name)) { faults.Add("name part " + NameRule); }
        return faults;
    }

    /// <summary>What is wrong with a label's value; empty when it is well formed.</summary>
    public static IReadOnlyList<string> ValueFaults(string value)
    {
        var faults = new List<string>();
        if (value.Length > 63) { faults.Add("must be no more than 63 bytes"); }
        if (!LabelValueRegex().IsMatch(value)) { faults.Add(ValueRule); }
        return faults;
    }

    /// <summary>What is wrong with a DNS subdomain, as most objects' names are; empty when it is well formed.</summary>
    public static IReadOnlyList<string> SubdomainFaults(string name)
    {
        var faults = new List<string>();
        if (name.Length > 253) { faults.Add("must be no more than 253 bytes"); }
        if (!SubdomainRegex().IsMatch(name)) { faults.Add(SubdomainRule); }
        return faults;
    }

    /// <summary>What is wrong with a DNS label, as namespaces' names are; empty when it is well formed.</summary>
    public static IReadOnlyList<string> LabelFaults(string name)
    {
        var faults = new List<string>();
        if (name.Length > 63) { faults.Add("must be no more than 63 bytes"); }
        if (!LabelRegex().IsMatch(name)) { faults.Add(LabelRule); }
        return faults;
    }

    [GeneratedRegex(@"\A" + QualifiedName + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedNameRegex();

    [GeneratedRegex(@"\A" + LabelValue + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelValueRegex();

    [GeneratedRegex(@"\A" + Subdomain + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainRegex();

    [GeneratedRegex(@"\A" + Label + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelRegex();
}
