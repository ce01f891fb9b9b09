using System.Runtime.CompilerServices;
using k8s.Models;

namespace Orch.Resources;

/// <summary>Digits that were given as a text where a number or a text can stand; the model would not tell them from the number.</summary>
internal sealed class QuotedNumber : IntOrString
{
    public QuotedNumber(string text) => TextOf(this) = text;

    // The model sets its text in conversions alone, which make nothing but itself.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<Value>k__BackingField")]
    private static extern ref string TextOf(IntOrString value);
}
