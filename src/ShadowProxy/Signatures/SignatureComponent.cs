namespace ShadowProxy.Signatures;

/// <summary>One component of a signature template: a kind and, for some kinds, an argument.</summary>
internal readonly record struct SignatureComponent;
