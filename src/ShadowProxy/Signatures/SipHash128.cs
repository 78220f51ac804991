namespace ShadowProxy.Signatures;

/// <summary>SipHash-2-4 with 128 bits of output.</summary>
internal ref struct SipHash128;
