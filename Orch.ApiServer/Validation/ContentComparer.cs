using System.Reflection;
using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Validation;

/// <summary>Compares values of one type by content; made once a type, so that nothing is asked of reflection and no value is boxed in a comparison.</summary>
internal abstract class ContentComparer<T>
{
    /// <summary>Of the type.</summary>
    public static ContentComparer<T> Instance { get; } = (ContentComparer<T>)ContentComparers.Create(typeof(T));

    /// <summary>Whether two values say the same.</summary>
    public abstract bool Same(T? left, T? right);
}

/// <summary>Chooses how values of a type are compared.</summary>
internal static class ContentComparers
{
    public static object Create(Type type)
    {
        if (type == typeof(string)) { return new Texts(); }
        if (type == typeof(ResourceQuantity)) { return new Quantities(); }
        if (type == typeof(IntOrString)) { return new NumbersOrTexts(); }
        if (type == typeof(byte[])) { return new Bytes(); }
        if (type == typeof(JsonElement)) { return new Elements(); }
        if (type.IsValueType) { return Make(ContentEquality.IsPlain(Nullable.GetUnderlyingType(type) ?? type) ? typeof(Scalars<>) : typeof(Others<>), type); }
        if (ArgumentOf(type, typeof(IList<>)) is [var element]) { return Make(typeof(Lists<>), element); }
        if (ArgumentOf(type, typeof(IDictionary<,>)) is [var key, var value] && key == typeof(string)) { return Make(typeof(Maps<>), value); }
        var isOpen = type.IsInterface || type == typeof(object) || typeof(System.Collections.IList).IsAssignableFrom(type) || typeof(System.Collections.IDictionary).IsAssignableFrom(type) || type == typeof(RawJson);
        return Make(isOpen ? typeof(Others<>) : typeof(Models<>), type);
    }

    // Members are declared as interfaces; what implements them is compared as what it turns out to be.
    private static Type[]? ArgumentOf(Type type, Type open) => type.IsInterface && type.IsGenericType && type.GetGenericTypeDefinition() == open ? type.GetGenericArguments() : null;

    private static object Make(Type open, Type argument) => Activator.CreateInstance(open.MakeGenericType(argument))!;

    private sealed class Texts : ContentComparer<string>
    {
        public override bool Same(string? left, string? right) => string.IsNullOrEmpty(left) ? string.IsNullOrEmpty(right) : string.Equals(left, right, StringComparison.Ordinal);
    }

    private sealed class Quantities : ContentComparer<ResourceQuantity>
    {
        public override bool Same(ResourceQuantity? left, ResourceQuantity? right)
            => ReferenceEquals(left, right) || (left is not null && right is not null && left.ToDecimal() == right.ToDecimal());
    }

    private sealed class NumbersOrTexts : ContentComparer<IntOrString>
    {
        public override bool Same(IntOrString? left, IntOrString? right)
            => ReferenceEquals(left, right) || (left is not null && right is not null && string.Equals(left.Value, right.Value, StringComparison.Ordinal));
    }

    private sealed class Bytes : ContentComparer<byte[]>
    {
        public override bool Same(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);
    }

    private sealed class Elements : ContentComparer<JsonElement>
    {
        public override bool Same(JsonElement left, JsonElement right) => JsonElement.DeepEquals(left, right);
    }

    private sealed class Scalars<T> : ContentComparer<T>
    {
        public override bool Same(T? left, T? right) => EqualityComparer<T>.Default.Equals(left, right);
    }

    private sealed class Lists<T> : ContentComparer<IList<T>>
    {
        public override bool Same(IList<T>? left, IList<T>? right)
        {
            if (ReferenceEquals(left, right)) { return true; }
            var count = left?.Count ?? 0;
            if (count != (right?.Count ?? 0)) { return false; }
            if (count == 0) { return true; }
            var items = ContentComparer<T>.Instance;
            for (var index = 0; index < count; index++)
            {
                if (!items.Same(left![index], right![index])) { return false; }
            }

            return true;
        }
    }

    private sealed class Maps<T> : ContentComparer<IDictionary<string, T>>
    {
        public override bool Same(IDictionary<string, T>? left, IDictionary<string, T>? right)
        {
            if (ReferenceEquals(left, right)) { return true; }
            var count = left?.Count ?? 0;
            if (count != (right?.Count ?? 0)) { return false; }
            if (count == 0) { return true; }
            var items = ContentComparer<T>.Instance;
            // Enumerated as what it nearly always is, without an enumerator on the heap.
            if (left is Dictionary<string, T> plain)
            {
                foreach (var (key, value) in plain)
                {
                    if (!right!.TryGetValue(key, out var other) || !items.Same(value, other)) { return false; }
                }

                return true;
            }

            foreach (var (key, value) in left!)
            {
                if (!right!.TryGetValue(key, out var other) || !items.Same(value, other)) { return false; }
            }

            return true;
        }
    }

    private sealed class Others<T> : ContentComparer<T>
    {
        public override bool Same(T? left, T? right) => ContentEquality.Same(left, right);
    }

    private sealed class Models<T> : ContentComparer<T>
        where T : class
    {
        // Types may hold themselves: members find their comparers when they are first compared.
        private readonly Member<T>[] _members = [.. ContentEquality.PropertiesOf(typeof(T))
            .Select(static property => (Member<T>)Activator.CreateInstance(typeof(Member<,>).MakeGenericType(typeof(T), property.PropertyType), property)!)];

        public override bool Same(T? left, T? right)
        {
            if (ReferenceEquals(left, right)) { return true; }
            if (left is null || right is null) { return false; }
            if (left.GetType() != typeof(T) || right.GetType() != typeof(T)) { return ContentEquality.Same(left, right); }
            foreach (var member in _members)
            {
                if (!member.Same(left, right)) { return false; }
            }

            return true;
        }
    }

    private abstract class Member<TOwner>
    {
        public abstract bool Same(TOwner left, TOwner right);
    }

    private sealed class Member<TOwner, TValue>(PropertyInfo property) : Member<TOwner>
        where TOwner : class
    {
        private readonly Func<TOwner, TValue?> _get = property.GetMethod!.CreateDelegate<Func<TOwner, TValue?>>();

        public override bool Same(TOwner left, TOwner right) => ContentComparer<TValue>.Instance.Same(_get(left), _get(right));
    }
}
