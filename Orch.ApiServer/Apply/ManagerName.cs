using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Apply;

/// <summary>How field managers are named where a request does not say.</summary>
internal static class ManagerName
{
    /// <summary>The longest name, in bytes.</summary>
    public const int MaxBytes = 128;

    /// <summary>What stands before the first slash of a <c>User-Agent</c>, without what cannot be printed.</summary>
    public static string OfUserAgent(string userAgent)
    {
        var end = userAgent.IndexOf('/', StringComparison.Ordinal);
        var name = end < 0 ? userAgent : userAgent[..end];
        if (name.Length <= MaxBytes && IsPlain(name)) { return name; }
        var text = new StringBuilder();
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsPrintable(rune)) { continue; }
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes) { break; }
            text.Append(rune.ToString());
        }

        return text.ToString();
    }

    /// <summary>A component in this process, by the user that it acts as.</summary>
    public static string OfUser(string user)
    {
        if (user.StartsWith("system:node:", StringComparison.Ordinal)) { return "kubelet"; }
        if (user.StartsWith("system:serviceaccount:kube-system:", StringComparison.Ordinal) && user.EndsWith("-controller", StringComparison.Ordinal)) { return "kube-controller-manager"; }
        var name = user[(user.LastIndexOf(':') + 1)..];
        return OfUserAgent(name);
    }

    /// <summary>Whether Go's <c>unicode.IsPrint</c> would say so: letters, marks, numbers, punctuation, symbols and the plain space.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool IsPlain(string name)
    {
        foreach (var letter in name)
        {
            if (letter is < ' ' or > '~') { return false; }
        }

        return true;
    }
}
