using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>Texts in quotes as Go prints them, for messages that clients compare.</summary>
internal static class Quoted
{
    /// <summary>As <c>%q</c>.</summary>
    public static string Go(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var letter in text)
        {
            switch (letter)
            {
                case '"' or '\\': quoted.Append('\\').Append(letter); break;
                case '\n': quoted.Append("\\n"); break;
                case '\r': quoted.Append("\\r"); break;
                case '\t': quoted.Append("\\t"); break;
                case < ' ' or '\x7f': quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}"); break;
                default: quoted.Append(letter); break;
            }
        }

        return quoted.Append('"').ToString();
    }
}
